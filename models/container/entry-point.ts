/**
 * Models: entry points of images that are scripts and run what follows them: `docker-entrypoint.sh sh -c …`
 * Reads: nothing (it is handed an image and words)
 * Writes: nothing
 * Omits: what such a script does before, and that some look at their words first
 */
import type { Image } from './image.js'

/** What follows an image's own entry point, where that is such a script; nothing where it is not. */
export function handedTo({ entrypoint = [] }: Image, words: readonly string[]): readonly string[] | undefined {
  const [first = '', ...rest] = words
  const isIt = entrypoint.length === 1 && entrypoint[0] === first && /entrypoint[^/]*$/.test(first)
  return isIt && rest.length > 0 ? rest : undefined
}
