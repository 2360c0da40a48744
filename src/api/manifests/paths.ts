/**
 * Path of a field as upstream's decoder writes it: `spec.template.spec.containers[0].image`, keys of maps
 * after a dot as they are (`metadata.labels.app.kubernetes.io/name`). '' is the object itself.
 */
export type FieldPath = string

export const childPath = (path: FieldPath, key: string | number): FieldPath => {
  if (typeof key === 'number') return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}

export const joinPaths = (base: FieldPath, path: FieldPath): FieldPath =>
  base === '' || path === '' || path.startsWith('[') ? base + path : `${base}.${path}`
