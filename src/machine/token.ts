/** What a client shows to say who it is: a ServiceAccount's token, as a value. Nobody makes one up but the API server. */

/** An object by name, as it was when the token was made. */
export interface Ref {
  readonly name: string
  /** `''`: whichever has that name; only of ServiceAccounts whose clients get a new token whenever theirs is made again. */
  readonly uid: string
}

/** Seconds since some beginning. A World has no clock, so tokens in it have no times; they last as long as what they are for. */
export interface TokenTimes {
  readonly issuedAt: number
  readonly notBefore: number
  readonly expiry: number
  /** After this the API server counts the token as stale, and takes it. */
  readonly warnAfter?: number
}

export interface Token {
  readonly namespace: string
  readonly serviceAccount: Ref
  /** None: those of the API server. */
  readonly audiences: readonly string[]
  readonly pod?: Ref
  readonly secret?: Ref
  readonly node?: Ref
  readonly times?: TokenTimes
  /** The claim `jti`, where one token must be told from another. */
  readonly id?: string
}
