/**
 * Models: the infra containers of a node's pods die (containerd's CRI marks a sandbox NotReady when `pause` exits); the kubelet
 *   finds that out and makes new sandboxes (podSandboxChanged)
 * Reads: sandboxes, sandbox, processes, and what containers' processes read
 * Writes: sandbox, timer, and what containers' processes write
 * Omits: one pod's alone; what becomes of connections: the network namespace lasts as long as a process is in it
 */
import type { Context } from '#machine/process'
import { signal } from '../container/processes/containers.js'
import { nodeName, sandboxesKey, sandboxKey } from './cells.js'
import type { Finish } from './container-processes.js'
import { processesKey } from './process-cells.js'
import { goShared } from './shared-processes.js'

/** Other containers go on, unless `pause` is the first process of theirs as well. */
export function killPause(context: Context, finish: Finish, relist: (uid: string) => void): void {
  const { cells, process } = context
  const node = nodeName(process)
  for (const uid of cells.read(sandboxesKey(node)) ?? []) {
    const sandbox = cells.read(sandboxKey(node, uid))
    if (sandbox?.ready !== true) continue
    cells.write(sandboxKey(node, uid), { ...sandbox, ready: false })
    if (cells.read(processesKey(node, uid, ''))?.tree.processes[1]?.argv[0] === '/pause') {
      goShared(context, uid, (tree) => [signal(tree, 1, 'KILL')], finish)
    }
    relist(uid)
  }
}
