/** One who expands nodes for a crew: a space and a judgement that know what those of the crew do. */
import type { Claim } from '../../claim.js'
import type { Limits } from '../../driver.js'
import type { System } from '../../system.js'
import { BoundedSpace } from '../bounded-space.js'
import type { Bounds } from '../bounds.js'
import { Judgement } from '../judgement.js'
import { partOf, type Saved } from '../saved.js'
import { Expander, type Part, type Share } from './expander.js'
import type { Hands } from './crew.js'
import type { CrewMemory } from './memory.js'

/** What is explored. */
export interface Explored {
  readonly system: System
  readonly claims: readonly Claim[]
  readonly bounds: Bounds
  readonly limits: Limits
}

/** How much was numbered. */
interface Known {
  readonly count: number
}

export class Hand {
  private readonly space: BoundedSpace
  private readonly judgement: Judgement
  private readonly expander: Expander

  constructor({ system, claims, bounds, limits }: Explored, known: Saved, memory: CrewMemory) {
    const { count } = known.data as Known // as the crew has it
    this.space = new BoundedSpace(system, bounds, limits)
    this.judgement = new Judgement(this.space, claims, () => {})
    this.expander = new Expander(this.space, this.judgement)
    this.expander.use(memory)
    this.space.loadKnown(partOf(known, 'space'))
    this.judgement.load(partOf(known, 'judgement'))
    this.space.novelty.count = count
  }

  expand(share: Share): Part {
    this.space.nodes.use(share.views)
    this.judgement.use(share.views.memories)
    this.expander.use(share.memory)
    this.expander.catchUp(share)
    return this.expander.expand(share)
  }
}

/** Hands that work one after the other. */
export const inTurn = (explored: Explored, count: number) => async (known: Saved, memory: CrewMemory): Promise<Hands> => {
  const hands = Array.from({ length: count }, () => new Hand(explored, structuredClone(known), memory))
  return { count, expand: async (share) => hands.map((hand) => hand.expand(share)), end: async () => {} }
}
