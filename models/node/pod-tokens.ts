/**
 * Models: pkg/kubelet/token/token_manager.go as volumes use it (pkg/volume/projected): which tokens a pod's volumes show,
 *   and which of them the kubelet has
 * Reads: memory
 * Writes: nothing
 * Omits: pods none of whose containers do what their command says: nobody reads their tokens. Tokens of the CSI drivers
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Pod, PodSpec } from '#api/types'
import type { Cells, Key } from '#kernel/cells'
import type { Token } from '#machine/token'
import { memoryKey } from '../client/memory.js'
import { textOf } from '../control-plane/tokens/token-text.js'
import type { ProjectedVolumeSource, ServiceAccountTokenProjection } from '../container/volume-sources.js'
import { isProgram } from './programs.js'

/** Filled in by the API server's defaults. */
const hour = 3600

/** Of one pod: a token for somebody, for so many seconds. */
export interface Wanted {
  /** `''`: the API server. */
  readonly audience: string
  readonly seconds: number
  /** Longer than what admission asks for lasts a year, whatever it says. */
  readonly isRenewed: boolean
}

const wantedBy = ({ audience = '', expirationSeconds = hour }: ServiceAccountTokenProjection): Wanted =>
  ({ audience, seconds: expirationSeconds, isRenewed: expirationSeconds !== 3607 })

export const wantedText = ({ audience, seconds }: Pick<Wanted, 'audience' | 'seconds'>): string => `${audience} ${seconds}`

// A cache of a pure function of immutable objects.
const known = new WeakMap<PodSpec, readonly Wanted[]>()

export function tokensOf(spec: PodSpec): readonly Wanted[] {
  let wanted = known.get(spec)
  if (wanted === undefined) {
    wanted = (spec.volumes ?? []).flatMap(({ projected }) =>
      ((projected as unknown as ProjectedVolumeSource | undefined)?.sources ?? []).flatMap(({ serviceAccountToken }) =>
        (serviceAccountToken === undefined ? [] : [wantedBy(serviceAccountToken)]))) // validated where the pod was admitted
    known.set(spec, wanted)
  }
  return wanted
}

export type Held = Readonly<Record<string, Token>>

/** What the kubelet holds, by pod and what it is for. */
export const heldTokensKey = (process: string): Key<Held> => memoryKey(process, 'tokens')

export const heldName = (uid: string, wanted: Pick<Wanted, 'audience' | 'seconds'>): string => `${uid} ${wantedText(wanted)}`

const isRead = (cells: Cells, pod: Pod): boolean =>
  [...pod.spec.initContainers ?? [], ...pod.spec.containers].some((spec) => isProgram(cells, pod, spec))

/** Tokens that the pod waits for before it is mounted. */
export function awaitedTokens(cells: Cells, process: string, pod: Pod): readonly Wanted[] {
  const wanted = tokensOf(pod.spec)
  if (wanted.length === 0 || !isRead(cells, pod)) return []
  const held = cells.read(heldTokensKey(process)) ?? {}
  return wanted.filter((one) => held[heldName(pod.metadata.uid, one)] === undefined)
}

/** What a volume shows of a token. */
export const heldToken = (cells: Pick<Cells, 'read'>, process: string, uid: string) =>
  (projection: ServiceAccountTokenProjection): Either<string, string> => {
    const token = cells.read(heldTokensKey(process))?.[heldName(uid, wantedBy(projection))]
    return token === undefined ? either.left('failed to fetch token') : either.right(textOf(token))
  }

/** The pod is gone, and its tokens are forgotten (DeleteServiceAccountToken). */
export function forgetTokens(cells: Cells, process: string, uid: string): void {
  const held = cells.read(heldTokensKey(process))
  if (held === undefined) return
  const rest = Object.entries(held).filter(([name]) => !name.startsWith(`${uid} `))
  if (rest.length < Object.keys(held).length) cells.write(heldTokensKey(process), rest.length === 0 ? undefined : Object.fromEntries(rest))
}
