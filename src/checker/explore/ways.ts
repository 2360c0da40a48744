/**
 * By which way each World was reached first: from which World, by which choice, and whether that was a matter
 * of one part.
 */
import { grown } from './arrays.js'

/** Stands for the part of a choice that concerns the World as a whole; parts are numbered from 0. */
export const noPart = -1
const partBits = 3

/** A choice and its part in one number. */
export const wayBy = (choice: number, part: number): number => (choice << partBits) | (part + 1)

export const choiceOf = (way: number): number => way >> partBits
export const partOfWay = (way: number): number => (way & ((1 << partBits) - 1)) - 1

/** What is kept of how Worlds were reached. */
export interface Kept {
  readonly bytes: number
  /** World number `world` was reached first from `parent`, by `way`. */
  keep(world: number, parent: number, way: number): void
  /**
   * The part in which the World differs from the one that it was reached from, where that is all; else
   * `noPart`.
   */
  partTo(world: number): number
  /** Parts are others from now on; there are so many Worlds. */
  partsMoved(worlds: number): void
}

export class Ways implements Kept {
  private parents: Int32Array = new Int32Array(1 << 10)
  private ways: Int32Array = new Int32Array(1 << 10)
  /** The last World that was reached when parts were others. */
  private moved = 1

  get bytes(): number {
    return this.parents.byteLength + this.ways.byteLength
  }

  keep(world: number, parent: number, way: number): void {
    if (world >= this.parents.length) {
      this.parents = grown(this.parents, world + 1)
      this.ways = grown(this.ways, world + 1)
    }
    this.parents[world] = parent
    this.ways[world] = way
  }

  partTo(world: number): number {
    return world <= this.moved ? noPart : partOfWay(this.ways[world]!)
  }

  partsMoved(worlds: number): void {
    this.moved = worlds
  }

  /** The choice by which a World was reached first. */
  choiceTo(world: number): number {
    return choiceOf(this.ways[world]!)
  }

  /** The choices that lead from the first World to this one. */
  pathTo(world: number): readonly number[] {
    const path: number[] = []
    for (let at = world; at > 1; at = this.parents[at]!) path.push(this.choiceTo(at))
    return path.reverse()
  }
}
