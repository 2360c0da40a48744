/**
 * Models: pkg/kubelet/token/token_manager.go (GetServiceAccountToken, requiresRefresh): the conversation about one token of
 *   a pod
 * Reads: memory, chart
 * Writes: chart, memory, request, timer
 * Omits: the jitter of up to ten seconds; that a refresh waits for the pod's next sync; that of what a failed refresh leaves
 *   the old token is used while it lasts and no longer
 */
import { assign } from 'xstate'
import type { Status } from '#api/types'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { Call } from '#machine/process'
import type { TokenRequest } from '../control-plane/tokens/token-request.js'
import { podId, podOwner } from './cells.js'
import { wantedText, type Wanted } from './pod-tokens.js'
import { stage } from './stage.js'
import { refreshAfter } from './token-manager.js'
import type { Token } from '#machine/token'

/** Whose token it is, and what for. */
export interface TokenOf {
  readonly uid: string
  readonly pod: string
  readonly namespace: string
  readonly account: string
  readonly wanted: Wanted
}

export interface HoldToken {
  readonly of: TokenOf
  readonly token: Token
}

interface Memory {
  readonly of?: TokenOf
  /** Seconds until it is asked for again, after a failure. */
  readonly delay: number
  /** The pod waits for it. */
  readonly isFirst: boolean
}

export type TokenEvent = Viewed & (
  | { readonly type: 'fetch'; readonly of: TokenOf }
  | { readonly type: 'response.ok'; readonly object: unknown }
  | { readonly type: 'response.error'; readonly status: Status }
  | { readonly type: 'refresh' | 'retry' }
)

export const tokenOwner = (uid: string, wanted: Wanted): string => `token:${podId(uid)}/${wantedText(wanted)}`

/** goroutinemap/exponentialbackoff, as of mounts. */
const [firstDelay, longestDelay] = [0.5, 122]

const request = ({ uid, pod, namespace, account, wanted: { audience, seconds } }: TokenOf): Call => {
  const spec: TokenRequest['spec'] = {
    ...(audience === '' ? {} : { audiences: [audience] }), expirationSeconds: seconds,
    boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.slice(pod.indexOf('/') + 1), uid },
  }
  return { verb: 'create', resource: 'serviceaccounts', subresource: 'token', key: `${namespace}/${account}`, body: { spec } }
}

export const tokenChart = setup({
  types: { context: {} as Memory, events: {} as TokenEvent }, // XState takes its types from values
  actions: {
    ...sayings,
    holdToken: (_, _params: HoldToken) => {},
    remember: assign(({ event }) => (event.type === 'fetch' ? { of: event.of, isFirst: true } : {})),
    ask: stage<Memory, TokenEvent>(({ of }) => (of === undefined ? {} : { says: [{ type: 'call', params: request(of) }] })),
    hold: stage<Memory, TokenEvent>(({ of, isFirst }, event) => {
      const token = event.type === 'response.ok' ? (event.object as TokenRequest).status?.token : undefined // to a request for a token
      if (of === undefined || token === undefined) return {}
      const { uid, wanted: { seconds, isRenewed } } = of
      return {
        memory: { isFirst: false, delay: firstDelay },
        says: [
          { type: 'holdToken', params: { of, token } },
          ...(isRenewed ? [{ type: 'arm', params: { name: 'refresh', ms: refreshAfter(seconds) * 1000 } }] : []),
          { type: 'tell', params: { owner: podOwner(uid), event: { type: isFirst ? 'mount' : 'resync' } } },
        ],
      }
    }),
    wait: stage<Memory, TokenEvent>(({ delay }) => ({
      memory: { delay: Math.min(delay * 2, longestDelay) }, says: [{ type: 'arm', params: { name: 'retry', ms: delay * 1000 } }],
    })),
  },
}).createMachine({
  id: 'token',
  context: { delay: firstDelay, isFirst: true },
  initial: 'none',
  states: {
    none: { on: { fetch: { target: 'asked', actions: ['remember', 'ask'] } } },
    asked: {
      on: { 'response.ok': { target: 'held', actions: 'hold' }, 'response.error': { target: 'failed', actions: 'wait' } },
    },
    failed: { on: { retry: { target: 'asked', actions: 'ask' } } },
    held: { on: { refresh: { target: 'asked', actions: 'ask' }, fetch: { target: 'asked', actions: ['remember', 'ask'] } } },
  },
})
