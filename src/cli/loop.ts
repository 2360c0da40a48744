/** A counterexample that goes on for ever: the stem that leads to a loop, and what is done on the way round. */
import type { Loop } from '#checker/judge'
import type { Recording } from '#trace/record'
import { pc } from './colours.js'
import { duration, plural, shortly, wrap } from './words.js'

export interface Lasso {
  /** So many Steps lead to the loop. */
  readonly stem: number
  /** How long one round takes, in milliseconds of virtual time; 0: all of it happens at one instant. */
  readonly ms: number
  /** What is done on the way round, in order; `clock` where time passes. */
  readonly does: readonly string[]
}

/** The order was run until it had gone round often: the stem is what comes before Steps that repeat from there to the end. */
export function lassoOf({ steps }: Pick<Recording, 'steps'>, { ms, does }: Loop): Lasso {
  const length = does.filter((one) => one !== 'clock').length
  if (length === 0) return { stem: steps.length, ms, does }
  let first = steps.length - 1
  while (first >= length && steps[first]!.label === steps[first - length]!.label) first--
  return { stem: Math.max(0, first + 1 - length), ms, does }
}

/** So many lines tell of a round; what the machinery does by itself is left out first. */
const room = 12

const isTelling = (label: string): boolean => label.startsWith('kube-apiserver: ') || label === 'clock'

export function loopText({ ms, does }: Lasso): string {
  const telling = does.some((label) => label.startsWith('kube-apiserver: ')) ? does.filter(isTelling) : does
  const lines = telling.slice(0, room)
  const more = does.length - lines.length
  return [
    `  ${pc.red('↻')} ${pc.bold(`and then round and round, ${ms === 0 ? 'all at one instant' : `every ${duration(ms)}`}:`)}`,
    ...lines.map((label) => wrap(label === 'clock' ? '… time passes' : shortly(label.replace(/^kube-apiserver: /, '')), '      ')),
    ...(more > 0 ? [pc.dim(`      and ${plural(more, 'Step')} in between`)] : []),
  ].join('\n')
}
