/**
 * What can be done in one part of a vector, of the four that its root has, by the number of what stands
 * there: the choices whose Steps read and write nothing outside it, with the number of what they leave there;
 * and those that have to be looked at in the World as a whole.
 */
import { grown, Numbers } from './arrays.js'

export class PartMemo {
  /**
   * Where the list of `part`, with quad number `quad` there, begins in `lists`, at `4 * quad + part`; 0: not
   * known yet.
   */
  private starts: Int32Array = new Int32Array(1 << 12)
  /** `[locals, wholes, choice, quad after, choice, quad after, …, choice, …]` */
  readonly lists = new Numbers()

  constructor() {
    this.clear() // list 0 is empty
  }

  /** Where the list begins; 0 where there is none yet. */
  find(part: number, quad: number): number {
    const at = 4 * quad + part
    return at < this.starts.length ? this.starts[at]! : 0
  }

  learn(part: number, quad: number, locals: readonly number[], wholes: readonly number[]): number {
    const at = 4 * quad + part
    if (at >= this.starts.length) this.starts = grown(this.starts, at + 1)
    const start = this.lists.push(locals.length / 2)
    this.lists.push(wholes.length)
    for (const one of locals) this.lists.push(one)
    for (const one of wholes) this.lists.push(one)
    return this.starts[at] = start
  }

  /** Forgets everything: parts are others now. */
  clear(): void {
    this.starts.fill(0)
    this.lists.length = 0
    this.lists.push(0)
    this.lists.push(0)
  }
}
