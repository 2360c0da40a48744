/** Image references. Source: `pkg/util/parsers/parsers.go` ParseImageName. */
import type { PullPolicy } from './types.js'

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const host = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?'
const reference = new RegExp(
  `^(?:${host}/)?${component}(?:/${component})*` +
  '(?::([\\w][\\w.-]{0,127}))?(@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$')

/**
 * The tag of an image: `latest` where neither tag nor digest is given, '' with a digest alone or no
 * reference.
 */
export function imageTag(image: string): string {
  const parts = reference.exec(image)
  if (parts === null) return ''
  const [, tag, digest] = parts
  return tag ?? (digest === undefined ? 'latest' : '')
}

/** Why an image has no name that a registry could know; `undefined` where it has (`ParseNormalizedNamed`). */
export function imageReferenceError(image: string): string | undefined {
  if (/^[a-f0-9]{64}$/.test(image)) {
    return `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`
  }
  if (reference.test(image)) return undefined
  const [first = '', ...rest] = image.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || /[A-Z]/.test(first))
  const path = (isHost ? rest.join('/') : rest.length > 0 ? image : `library/${image}`).split(':')[0] ?? ''
  return /[A-Z]/.test(path)
    ? `invalid reference format: repository name (${path}) must be lowercase`
    : 'invalid reference format'
}

/** `SetDefaults_Container`: always pull what may have changed under its name. */
export const pullPolicyOf = (image: string): PullPolicy =>
  imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent'
