/** Which loops of an exploration are ways in which things may really go on for ever. */
import type { BoundedSpace } from './bounded-space.js'

/**
 * Whether what is held back on the way round a loop may be so for ever. While no time passes a hold does not end by itself:
 * where what is held depends on what is done in the loop, letting it go there is another order, explored on its own, and the
 * loop is none in which everything gets its turn. Where it does not depend on that, the loop goes on with or without it.
 */
export function isFair(space: BoundedSpace, loop: readonly number[]): boolean {
  let fair = true
  for (const node of loop) {
    space.expand(node, { since: 0, steps: 0 }, {
      step(action) {
        if (space.actions.all[action]!.is === 'release') fair = false
      },
      reached() {}, settled() {},
    })
    if (!fair) return false
  }
  return true
}
