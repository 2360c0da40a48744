/**
 * A schedule: how one order of events departs from the prompt one. It is what is generated, mutated and shrunk.
 * Deviations are anchored to the n-th offer of a channel, so they keep their meaning when something unrelated goes.
 */
import * as t from 'io-ts'

/** The n-th offer (from 0) of the channel whose cell is `channel`. */
export interface Anchor {
  readonly channel: string
  readonly nth: number
}

/**
 * Delays one offer: by `ms` of virtual time, where 0 is to the end of the instant. Later offers wait behind it. With
 * `before` it is let go, and taken, just before that offer would be taken or held back, if that comes sooner; `again`: just
 * before it would be once more, after it was held back. With `atEnd` it is let go not before everything else of the instant at
 * which `ms` end; several of these one after the other, as the schedule lists them.
 */
export interface Hold extends Anchor {
  readonly kind: 'hold'
  readonly ms: number
  readonly before?: Anchor & { readonly again?: boolean }
  readonly atEnd?: boolean
}

/** Another outcome of a tie than the default; `ask` tells apart several ties within one Step. */
export interface Outcome extends Anchor { readonly kind: 'outcome'; readonly ask: number; readonly pick: number }

/** An offer that is taken as soon as it is there, before what would come first. */
export interface First extends Anchor { readonly kind: 'first' }

/** The user's n-th action comes `ms` after the one before, though things have not settled. */
export interface Early { readonly kind: 'early'; readonly nth: number; readonly ms: number }

/** Something breaks just before the anchor's offer is taken, and is mended `ms` later. */
export interface FaultAt extends Anchor {
  readonly kind: 'fault'
  readonly fault: string
  readonly target: string
  readonly ms: number
}

/** Steps `from` to `to` are taken in the order of a sampling strategy instead of the prompt one. */
export interface Shuffle {
  readonly kind: 'shuffle'
  readonly strategy: 'random' | 'pos' | 'pct' | 'fair'
  readonly seed: number
  readonly from: number
  readonly to: number
}

export type Deviation = Hold | Outcome | First | Early | FaultAt | Shuffle

export interface Schedule {
  readonly deviations: readonly Deviation[]
}

export const prompt: Schedule = { deviations: [] }

/** How many faults a schedule has. */
export const faultsOf = ({ deviations }: Schedule): number =>
  deviations.filter(({ kind }) => kind === 'fault').length

/** How many delays: every other deviation is one; a shuffle counts the steps that it reaches over. */
export const delaysOf = ({ deviations }: Schedule): number =>
  deviations.reduce((sum, deviation) =>
    sum + (deviation.kind === 'fault' ? 0 : deviation.kind === 'shuffle' ? deviation.to - deviation.from : 1), 0)

const anchor = { channel: t.string, nth: t.number }

export const scheduleCodec = t.type({
  deviations: t.array(t.union([
    t.intersection([
      t.type({ kind: t.literal('hold'), ...anchor, ms: t.number }),
      t.partial({ before: t.intersection([t.type(anchor), t.partial({ again: t.boolean })]), atEnd: t.boolean }),
    ]),
    t.type({ kind: t.literal('outcome'), ...anchor, ask: t.number, pick: t.number }),
    t.type({ kind: t.literal('first'), ...anchor }),
    t.type({ kind: t.literal('early'), nth: t.number, ms: t.number }),
    t.type({ kind: t.literal('fault'), ...anchor, fault: t.string, target: t.string, ms: t.number }),
    t.type({
      kind: t.literal('shuffle'), strategy: t.keyof({ random: null, pos: null, pct: null, fair: null }),
      seed: t.number, from: t.number, to: t.number,
    }),
  ])),
})
