/**
 * What expanding nodes came to, as numbers that one thread can hand to another. For each node: the node, how many actions were
 * taken, how many of them were left out as independent, how many were passed by, and how many ways lead on; −1: something new
 * was met, so that it is for whoever hands out numbers. Then each way: see `Way`.
 */
import { Numbers } from '../arrays.js'
import type { Left } from '../nodes.js'
import type { Came } from '../visitor.js'

/** A way from a node that is expanded to a World that is kept. */
export interface Way {
  action: number
  /** How many actions were done, that one the first. */
  done: number
  world: number
  /** What claims remember there. */
  memory: number
  readonly left: Left
  readonly came: Came
}

/** What lies at the beginning of each node. */
const head = { node: 0, transitions: 1, independent: 2, passed: 3, ways: 4 } as const
export const headSize = 5
export const waySize = 9
export const novel = -1

export class Sheet {
  readonly numbers = new Numbers()
  private begun = 0
  private ways = 0

  begin(node: number): void {
    this.begun = this.numbers.length
    this.ways = 0
    this.numbers.push(node)
    for (let i = 1; i < headSize; i++) this.numbers.push(0)
  }

  way(action: number, done: number, world: number, memory: number, { delays, faults, last, disturbed }: Readonly<Left>, { since, steps }: Readonly<Came>): void {
    const { numbers } = this
    numbers.push(action)
    numbers.push(done)
    numbers.push(world)
    numbers.push(memory)
    numbers.push(delays << 8 | faults)
    numbers.push(last)
    numbers.push(disturbed)
    numbers.push(since)
    numbers.push(steps)
    this.ways++
  }

  end(transitions: number, independent: number, passed: number): void {
    const { begun, ways, numbers: { items } } = this
    items[begun + head.transitions] = transitions
    items[begun + head.independent] = independent
    items[begun + head.passed] = passed
    items[begun + head.ways] = ways
  }

  /** At this node something new is met. */
  giveUp(): void {
    const { begun, numbers } = this
    numbers.length = begun + headSize
    numbers.items[begun + head.ways] = novel
  }
}

/** Reads what a sheet says of one node after the other. */
export class SheetReader {
  private readonly way: Way = {
    action: 0, done: 0, world: 0, memory: 0, left: { delays: 0, faults: 0, last: 0, disturbed: 0 }, came: { since: 0, steps: 0 },
  }

  constructor(private readonly numbers: Int32Array, public at: number) {}

  get node(): number {
    return this.numbers[this.at + head.node]!
  }

  get isNovel(): boolean {
    return this.numbers[this.at + head.ways] === novel
  }

  get transitions(): number {
    return this.numbers[this.at + head.transitions]!
  }

  get independent(): number {
    return this.numbers[this.at + head.independent]!
  }

  get passed(): number {
    return this.numbers[this.at + head.passed]!
  }

  /** Goes on to the next node; each way of this one is shown on the way there, in an object that is used again. */
  next(show: (way: Way) => void): void {
    const { numbers, way } = this
    const { left, came } = way
    const count = numbers[this.at + head.ways]!
    this.at += headSize
    for (let i = 0; i < count; i++, this.at += waySize) {
      const { at } = this
      way.action = numbers[at]!
      way.done = numbers[at + 1]!
      way.world = numbers[at + 2]!
      way.memory = numbers[at + 3]!
      left.delays = numbers[at + 4]! >> 8
      left.faults = numbers[at + 4]! & 255
      left.last = numbers[at + 5]!
      left.disturbed = numbers[at + 6]!
      came.since = numbers[at + 7]!
      came.steps = numbers[at + 8]!
      show(way)
    }
  }
}
