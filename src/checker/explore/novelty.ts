/** What is met for the first time gets a number. Where that is not to happen, whoever is at work stops at it. */

/** Something was met that has no number yet. */
export class Novel extends Error {}

const novel = new Novel('met for the first time') // always the same: making one costs more than what is thrown away with it

export class Novelty {
  /** Whether nothing new may get a number. */
  isRefused = false
  /** How often something got its number. */
  count = 0

  /** Something is about to get its number. */
  met(): void {
    if (this.isRefused) throw novel
    this.count++
  }
}
