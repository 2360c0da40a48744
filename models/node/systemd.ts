/**
 * Models: systemd-logind as the kubelet uses it (pkg/kubelet/nodeshutdown/systemd/inhibit_linux.go): `systemctl poweroff`
 *   waits for who has taken an inhibitor lock, for InhibitDelayMaxSec at the most
 * Reads: memory, reflector, store, cut, down, index, rules, sandbox, sandboxes, container, chart, listener, routed, client,
 *   clients
 * Writes: timer, memory, cut, down, rules, index, client, routed, chart, container, sandbox, listener, cgroups, mounts
 * Omits: services that are stopped in an order of their own: kubelet and containers end with the power; a machine that is
 *   started again
 */
import { timerKey } from '#machine/chart'
import type { Context, Process } from '#machine/process'
import { reflectorKey } from '#machine/watch'
import { downKey } from '../client/gates.js'
import { stopRenewing } from '../node-lifecycle/lease.js'
import { kubeletOf, nodeName } from './cells.js'
import { shutdownConfigKey } from './node-shutdown.js'
import { periodRequested, periodsOf } from './node-shutdown-decisions.js'
import { powerOff } from './power.js'

/** InhibitDelayMaxSec where nobody has raised it; the kubelet does, to the sum of its periods. */
const inhibitDelay = 5

/** Somebody wants the machine off: those with a lock are told, and waited for. */
function shutDown({ cells, process }: Context): void {
  const node = nodeName(process)
  const kubelet = kubeletOf(node)
  const periods = periodsOf(cells.read(shutdownConfigKey(node)) ?? {})
  const isLocked = periods.length > 0 && cells.read(reflectorKey(kubelet, 'pods')) !== undefined
  const seconds = isLocked ? Math.max(inhibitDelay, periodRequested(periods)) : 0
  cells.arm(timerKey(process, '', 'poweroff'), seconds * 1000)
  if (isLocked) cells.arm(timerKey(kubelet, '', 'shutdown'), 0)
}

export const systemd: Process = {
  kind: 'systemd',
  watches: [],
  charts: {},
  effects: {},
  onTimer(context, _owner, name) {
    const { cells, process } = context
    const node = nodeName(process)
    if (cells.read(downKey(node)) !== undefined) return
    if (name === 'shutdown') return shutDown(context)
    cells.write(shutdownConfigKey(node), undefined)
    stopRenewing(cells, node)
    powerOff(cells, node)
  },
}
