/**
 * Upstream's bound on alias bombs: the share of a document's values that may come from aliases, 99 % of small
 * documents and 10 % of very large ones. Source: go.yaml.in/yaml/v2 `decode.go` (allowedAliasRatio).
 */
export class AliasBudget {
  #values = 0
  #byAlias = 0

  /** Counts one value; false once too many of them came from aliases. */
  allows(isByAlias: boolean): boolean {
    this.#values += 1
    if (isByAlias) this.#byAlias += 1
    if (this.#byAlias <= 100 || this.#values <= 1000) return true
    return this.#byAlias / this.#values <= allowedShare(this.#values)
  }
}

const few = 400_000
const many = 4_000_000

const allowedShare = (values: number): number => {
  if (values <= few) return 0.99
  return values >= many ? 0.1 : 0.99 - (0.89 * (values - few)) / (many - few)
}
