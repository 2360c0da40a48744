/**
 * Models: what a kubelet does about the volumes of its pods and their tokens (pkg/kubelet/volumemanager,
 *   pkg/kubelet/token/token_manager.go), as its pod workers say it
 * Reads: files, memory, chart, reflector, endpoint
 * Writes: files, memory, chart, timer, reflector, watch, watchers, watched
 * Omits: what its parts omit
 */
import type { Pod } from '#api/types'
import { chartKey, timerKey } from '#machine/chart'
import type { Context, Effect } from '#machine/process'
import { applied } from '../container/files/atomic-writer.js'
import { nodeName } from './cells.js'
import { volumesChanged } from './containerd.js'
import type { FetchTokens, Remount } from './pod-says.js'
import { forgetTokens, heldName, heldTokensKey, tokensOf } from './pod-tokens.js'
import { filesKey } from './process-cells.js'
import { watchSources } from './source-watch.js'
import { tokenOwner, type HoldToken } from './token-chart.js'
import { volumeOwner, type OnVolume } from './volume-chart.js'
import type { Volumes } from './volumes.js'

/** Its volumes are there for the processes of its containers, and what they show is watched from now on. */
export function setUpFiles(context: Context, pod: Pod, volumes: Volumes): void {
  const { cells, process } = context
  const cell = filesKey(nodeName(process), pod.metadata.uid)
  const files = cells.read(cell)
  if (files?.volumes !== volumes) cells.write(cell, { roots: files?.roots ?? {}, volumes })
  watchSources(context, pod)
}

/** No writing goes on. */
export function forgetVolumes({ cells, process }: Context, uid: string): void {
  for (const volume of Object.keys(cells.read(filesKey(nodeName(process), uid))?.volumes ?? {})) {
    const owner = volumeOwner(uid, volume)
    if (cells.read(chartKey(process, owner)) === undefined) continue
    cells.write(chartKey(process, owner), undefined)
    for (const timer of ['swap', 'tidy']) cells.disarm(timerKey(process, owner, timer))
  }
}

/** The pod is gone, and its tokens with it. */
export function forgetTokensOf({ cells, process }: Context, uid: string, pod: Pod | undefined): void {
  forgetTokens(cells, process, uid)
  for (const wanted of pod === undefined ? [] : tokensOf(pod.spec)) {
    const owner = tokenOwner(uid, wanted)
    if (cells.read(chartKey(process, owner)) === undefined) continue
    cells.write(chartKey(process, owner), undefined)
    for (const timer of ['refresh', 'retry']) cells.disarm(timerKey(process, owner, timer))
  }
}

export const volumeEffects: Readonly<Record<string, Effect>> = {
  remount: (context: Context, { uid, stale }: Remount) => {
    for (const one of stale) context.runtime.send({ ...context, owner: volumeOwner(uid, one.volume) }, { type: 'write', uid, stale: one })
  },
  fetchTokens: (context: Context, { uid, name, pod, wanted }: FetchTokens) => {
    const { namespace } = pod.metadata
    const { serviceAccountName: account = 'default' } = pod.spec
    for (const one of wanted) {
      const owner = tokenOwner(uid, one)
      const state = context.cells.read(chartKey(context.process, owner))?.value
      if (state === 'asked' || state === 'failed') continue // it is on its way
      context.runtime.send({ ...context, owner }, { type: 'fetch', of: { uid, pod: name, namespace, account, wanted: one } })
    }
  },
  holdToken: ({ cells, process }: Context, { of: { uid, wanted }, token }: HoldToken) => {
    const cell = heldTokensKey(process)
    cells.write(cell, { ...cells.read(cell), [heldName(uid, wanted)]: token })
  },
  onVolume: (context: Context, { uid, volume, calls }: OnVolume) => {
    const node = nodeName(context.process)
    const cell = filesKey(node, uid)
    const files = context.cells.read(cell)
    const tree = files?.volumes[volume]
    if (files === undefined || tree === undefined) return
    context.cells.write(cell, { ...files, volumes: { ...files.volumes, [volume]: applied(tree, calls) } })
    volumesChanged(context, node, uid)
  },
}
