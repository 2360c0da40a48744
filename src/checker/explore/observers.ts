/** Several that look on at one search. */
import type { Observer } from './bounded-search.js'

/** One after the other. */
export const both = (first: Observer, second: Observer): Observer => ({
  step(from, action, leaf, nth) {
    first.step?.(from, action, leaf, nth)
    second.step?.(from, action, leaf, nth)
  },
  reached(from, action, node, isNew) {
    first.reached?.(from, action, node, isNew)
    second.reached?.(from, action, node, isNew)
  },
  settled(node, ending) {
    first.settled?.(node, ending)
    second.settled?.(node, ending)
  },
  forgot(nodes) {
    first.forgot?.(nodes)
    second.forgot?.(nodes)
  },
})
