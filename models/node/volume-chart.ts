/**
 * Models: pkg/kubelet/volumemanager/reconciler (mountAttachedVolumes, a remount) down to the atomic writer: one volume of a
 *   pod is written anew, in steps that others may come between, and that the kubelet's end interrupts
 * Reads: files
 * Writes: files, chart, timer
 * Omits: a Write that fails (KubeEvent FailedMount): nothing is written then, until the next sync tries again
 */
import { assign } from 'xstate'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { FileCall } from '../container/calls.js'
import { podId, podOwner } from './cells.js'
import { stage } from './stage.js'
import type { Stale } from './volume-updates.js'

/** Calls on the files of a volume. */
export interface OnVolume {
  readonly uid: string
  readonly volume: string
  readonly calls: readonly FileCall[]
}

interface Memory extends Omit<OnVolume, 'calls'> {
  readonly swap: readonly FileCall[]
  readonly tidy: readonly FileCall[]
  /** Something new came meanwhile. */
  readonly again: boolean
}

export type VolumeEvent = Viewed & (
  | { readonly type: 'write'; readonly uid: string; readonly stale: Pick<Stale, 'volume' | 'writing'> }
  | { readonly type: 'swap' | 'tidy' }
)

export const volumeOwner = (uid: string, volume: string): string => `volume:${podId(uid)}/${volume}`

const next = (name: 'swap' | 'tidy') => ({ type: 'arm', params: { name, ms: 0 } })

export const volumeChart = setup({
  types: { context: {} as Memory, events: {} as VolumeEvent }, // XState takes its types from values
  actions: {
    ...sayings,
    onVolume: (_, _params: OnVolume) => {},
    begin: stage<Memory, VolumeEvent>((_, event) => {
      if (event.type !== 'write') return {}
      const { uid, stale: { volume, writing: { write, swap, tidy } } } = event
      const says = [{ type: 'onVolume', params: { uid, volume, calls: write } }, next('swap')]
      return { memory: { uid, volume, swap, tidy, again: false }, says }
    }),
    swap: stage<Memory, VolumeEvent>(({ uid, volume, swap }) =>
      ({ says: [{ type: 'onVolume', params: { uid, volume, calls: swap } }, next('tidy')] })),
    tidy: stage<Memory, VolumeEvent>(({ uid, volume, tidy, again }) => ({ says: [
      { type: 'onVolume', params: { uid, volume, calls: tidy } },
      ...(again ? [{ type: 'tell', params: { owner: podOwner(uid), event: { type: 'resync' } } }] : []),
    ] })),
    noteAnother: assign({ again: true }),
  },
}).createMachine({
  id: 'volume',
  context: { uid: '', volume: '', swap: [], tidy: [], again: false },
  initial: 'current',
  states: {
    current: { on: { write: { target: 'written', actions: 'begin' } } },
    // Everything is there, and nobody sees it.
    written: { on: { swap: { target: 'swapped', actions: 'swap' } } },
    // Everybody sees it; names that are new are still missing, and those that are gone still there.
    swapped: { on: { tidy: { target: 'tidied', actions: 'tidy' } } },
    tidied: { type: 'final' },
  },
  on: { write: { actions: 'noteAnother' } },
})
