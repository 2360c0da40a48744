import { part } from '#kernel/cells'
import type { Step } from '#checker/claim'
import type { Container } from '#models/node/cells'
import { shortName } from './pods.js'

/** newCrashLoopBackOff; and for how long a container has to run before its crashes are forgotten; ms. */
const least = 10_000
const recovery = 600_000

/** What is remembered of a container's last two starts and its last end. */
interface Crashes {
  readonly started: number
  readonly ended?: number
  /** It was started again, so a back-off has begun. */
  readonly again: boolean
}

export const restartsBackOff: Step = {
  kind: 'step',
  name: 'restarts-back-off',
  title: 'A container that ends again within ten minutes of a restart is not started before ten seconds have passed (a new '
    + 'sandbox, and a kubelet that was restarted, aside)',
  source: 'kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle (how Pods handle problems with containers); '
    + 'pkg/kubelet/kuberuntime/kuberuntime_manager.go (doBackOff)',
  on: ['container|', 'reflector|kubelet/'],
  check({ memory, now, disturbed }, { key, before, after }) {
    if (key.startsWith('reflector|')) {
      const node = part(key, 1).slice('kubelet/'.length)
      if (after === undefined) for (const known of [...memory.keys()]) if (known.startsWith(`${node} `)) memory.delete(known)
      return undefined
    }
    // the values of a container's cell
    const [was, is] = [before as Container | undefined, after as Container | undefined]
    const [node, uid, name] = [part(key, 1), part(key, 2), part(key, 3)]
    const cell = `${node} ${uid} ${name}`
    const known = memory.get(cell) as Crashes | undefined // set below
    if (is === undefined || was?.sandbox !== is.sandbox) {
      if (is === undefined || was === undefined || disturbed) memory.delete(cell)
      if (is?.state === 'running' && was === undefined) memory.set(cell, { started: now, again: false } satisfies Crashes)
      return undefined
    }
    if (is.state === 'exited') {
      if (was.state === 'running' && known !== undefined) memory.set(cell, { ...known, ended: now })
      return undefined
    }
    if (was.attempt === is.attempt) return undefined
    memory.set(cell, { started: now, again: true } satisfies Crashes)
    if (known?.ended === undefined || !known.again || disturbed || known.ended - known.started >= recovery) return undefined
    if (now - known.ended >= least) return 'held'
    return {
      message: `Container ${name} of Pod ${shortName(uid)} was started as number ${is.attempt} on ${node} ${(now - known.ended) / 1000} s `
        + `after it had ended, though it had been started again ${(known.ended - known.started) / 1000} s before that.`,
      objects: [`Pod ${shortName(uid)}`],
      cells: [key],
    }
  },
}
