/**
 * Models: pathname expansion (Shell Command Language, 2.6.6 and 2.14.3)
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { names, stat } from '../processes/asks.js'
import type { Asking } from '../processes/requests.js'
import { isPattern, matches, unquoted } from './pattern.js'

/** The paths that a pattern matches, in order; none where it matches nothing. */
export function* fileNames(pattern: string): Asking<readonly string[]> {
  const parts = pattern.split('/')
  let found: readonly string[] = [parts[0] === '' ? '/' : '']
  for (const [at, part] of parts.entries()) {
    if (at === 0 && part === '') continue
    const next: string[] = []
    for (const folder of found) next.push(...yield* inFolder(folder, part, at + 1 < parts.length))
    found = next
  }
  return found.filter((path) => path !== '')
}

/** A name that begins with a dot is matched by a dot alone. */
function* inFolder(folder: string, part: string, goesOn: boolean): Asking<readonly string[]> {
  const end = goesOn ? '/' : ''
  if (!isPattern(part)) {
    const path = folder + unquoted(part)
    return part === '' || (yield* stat(path, false)) ? [path + end] : []
  }
  const matching = (yield* names(folder || '.'))
    .filter((name) => matches(name, part) && (part.startsWith('.') || !name.startsWith('.')))
    .sort((a, b) => (a < b ? -1 : 1))
  const paths: string[] = []
  for (const name of matching) {
    if (!goesOn || (yield* stat(folder + name))?.type === 'directory') paths.push(folder + name + end)
  }
  return paths
}
