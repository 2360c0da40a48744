/**
 * What threads tell each other of how Worlds were reached: in which part, and no more. Who finds a World
 * writes it down.
 */
import { noPart, partOfWay, type Kept } from '../ways.js'

export class SharedWays implements Kept {
  /** 1 more than the part, by World. */
  private parts!: Uint8Array

  constructor(memory: SharedArrayBuffer) {
    this.use(memory)
  }

  get bytes(): number {
    return this.parts.byteLength
  }

  use(memory: SharedArrayBuffer): void {
    this.parts = new Uint8Array(memory)
  }

  keep(world: number, _parent: number, way: number): void {
    this.parts[world] = partOfWay(way) - noPart
  }

  partTo(world: number): number {
    return this.parts[world]! + noPart
  }

  partsMoved(): void {} // parts that threads share stay as they are
}
