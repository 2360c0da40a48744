/** Every built-in claim, room by room and in each room's own order: the order of every report. */
import type { Claim } from '#checker/claim'
import { claims as client } from './client/index.js'
import { claims as controlPlane } from './control-plane/index.js'
import { claims as network } from './network/index.js'
import { claims as node } from './node/index.js'
import { claims as nodeLifecycle } from './node-lifecycle/index.js'
import { claims as scheduling } from './scheduling/index.js'
import { claims as workloads } from './workloads/index.js'

export const claims: readonly Claim[] = [
  ...workloads, ...scheduling, ...network, ...node, ...nodeLifecycle, ...controlPlane, ...client,
]

/** Those that hold unless something is wrong with the manifests: neither opt-in nor mere warnings. */
export const usualClaims: readonly Claim[] = claims.filter(({ optIn, severity }) => optIn !== true && severity === undefined)

export const claimNamed = (name: string): Claim | undefined => claims.find((claim) => claim.name === name)

export interface Chosen {
  readonly claims: readonly Claim[]
  /** Names that no claim has. */
  readonly unknown: readonly string[]
}

/** The usual claims, with those that are asked for as well and without those that are not wanted, in the usual order. */
export function chooseClaims({ also = [], without = [] }: {
  readonly also?: readonly string[]
  readonly without?: readonly string[]
}): Chosen {
  const wanted = new Set([...usualClaims.map(({ name }) => name), ...also])
  for (const name of without) wanted.delete(name)
  return {
    claims: claims.filter(({ name }) => wanted.has(name)),
    unknown: [...also, ...without].filter((name) => claimNamed(name) === undefined),
  }
}

/** Exactly the claims with these names, in the usual order. */
export const claimsNamed = (names: readonly string[]): Chosen => ({
  claims: claims.filter(({ name }) => names.includes(name)),
  unknown: names.filter((name) => claimNamed(name) === undefined),
})
