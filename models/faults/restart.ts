/**
 * Models: the end of a process at any point, and its start a while later (kube-controller-manager and kube-scheduler
 *   wait for their lease, kubelets are started again by systemd, kube-proxies by their kubelet)
 * Reads: what `ended.ts` reads
 * Writes: what `ended.ts` writes
 * Omits: two instances that both believe to lead
 */
import { runningProcesses, type Fault } from '../faults.js'
import { end, revive } from './ended.js'

export const restart: Fault = {
  name: 'restart',
  title: 'A process ends, between any two of its calls, and is started again with nothing in memory',
  lasts: [2_000, 30_000],
  recovery: 30_000,
  targets: runningProcesses,
  inject: end,
  heal: revive,
}
