/** Environment variables: where their values come from. */
import type { Container, EnvVar, NamespacedMeta, ResourceList } from '#api/types'
import { quantityMilliValue, quantityOf, quantityValue, zeroQuantity } from '#api/quantity'
import type { Paper } from './paper.js'

/** Whose environment it is; absent for the template of a pod. */
export type Owner = Pick<NamespacedMeta, 'name' | 'namespace'> | undefined

/** kubectl knows two fields of a pod by these paths, and leaves the others empty. */
const fieldOf = (owner: Owner, path: string): string =>
  (path === 'metadata.name' ? owner?.name : path === 'metadata.namespace' ? owner?.namespace : undefined)
  ?? ''

/** ExtractContainerResourceValue: rounded up, in units of the divisor. */
function resourceOf({ resources }: Container, resource: string, divisor: string | number = 0): string {
  const [which = '', ...rest] = resource.split('.')
  const name = rest.join('.')
  const list: ResourceList | undefined =
    which === 'limits' ? resources?.limits : which === 'requests' ? resources?.requests : undefined
  if (!['cpu', 'memory', 'ephemeral-storage'].includes(name) && !name.startsWith('hugepages-')) return ''
  const amount = list?.[name] === undefined ? zeroQuantity : quantityOf(list[name])
  const unit = quantityOf(divisor).nanos === 0n ? quantityOf('1') : quantityOf(divisor)
  const value = name === 'cpu' ? quantityMilliValue : quantityValue
  const amounts = String(Math.ceil(value(amount) / value(unit)))
  return amounts === '0' && which === 'limits' && ['cpu', 'memory'].includes(name)
    ? 'node allocatable'
    : amounts
}

function valueOf(one: EnvVar, container: Container, owner: Owner): string | undefined {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = one.valueFrom ?? {}
  if (fieldRef !== undefined)
    return `${fieldOf(owner, fieldRef.fieldPath)} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`
  if (resourceFieldRef !== undefined) {
    const { resource, divisor } = resourceFieldRef
    return `${resourceOf(container, resource, divisor)} (${resource})`
  }
  const optional = (isOptional = false): string => `\tOptional: ${isOptional}`
  if (secretKeyRef !== undefined) {
    const { key, name = '', optional: isOptional } = secretKeyRef
    return `<set to the key '${key}' in secret '${name}'>${optional(isOptional)}`
  }
  const { key = '', name = '', optional: isOptional } = configMapKeyRef ?? {}
  return configMapKeyRef === undefined
    ? undefined
    : `<set to the key '${key}' of config map '${name}'>${optional(isOptional)}`
}

export function environment(paper: Paper, container: Container, owner: Owner): void {
  const all = container.env ?? []
  paper.write(2, `Environment:${all.length === 0 ? '\t<none>' : ''}\n`)
  for (const one of all) {
    if (one.valueFrom !== undefined) {
      const value = valueOf(one, container, owner)
      if (value !== undefined) paper.field(3, one.name, value)
      continue
    }
    ;(one.value ?? '')
      .split('\n')
      .forEach((line, index) => paper.write(3, `${index === 0 ? `${one.name}:` : ''}\t${line}\n`))
  }
}

/** What is there only where the container takes whole ConfigMaps or Secrets. */
export function environmentFrom(paper: Paper, { envFrom = [] }: Container): void {
  if (envFrom.length === 0) return
  paper.write(2, 'Environment Variables from:\n')
  for (const { prefix = '', configMapRef, secretRef } of envFrom) {
    const kind = configMapRef !== undefined ? 'ConfigMap' : secretRef !== undefined ? 'Secret' : ''
    const { name = '', optional = false } = configMapRef ?? secretRef ?? {}
    paper.write(
      3,
      `${name}\t${kind}${prefix === '' ? '' : ` with prefix '${prefix}'`}\tOptional: ${optional}\n`,
    )
  }
}
