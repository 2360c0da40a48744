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

/** `SetDefaults_Container`: always pull what may have changed under its name. */
export const pullPolicyOf = (image: string): PullPolicy =>
  imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent'
