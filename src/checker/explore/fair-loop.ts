/** Which loops of an exploration are ways in which things may really go on for ever. */
import type { BoundedSearch } from './bounded-search.js'

/**
 * Whether what is held back on the way round a loop may be so for ever. While no time passes a hold does not end by itself:
 * where what is held depends on what is done in the loop, letting it go there is another order, explored on its own, and the
 * loop is none in which everything gets its turn. Where it does not depend on that, the loop goes on with or without it.
 */
export const isFair = (search: BoundedSearch, loop: readonly number[]): boolean =>
  !loop.some((node) => search.actionsAt(node).some(({ is }) => is === 'release'))
