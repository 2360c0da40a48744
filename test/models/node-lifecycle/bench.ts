/** A few nodes with kubelets that do nothing but say how they are, for tests of what watches over nodes. */
import type { Pod, Taint, Toleration } from '#api/types'
import type { Claim } from '#checker/claim'
import { Judge } from '#checker/judge'
import type { World } from '#cluster/world'
import { cutKey, nodeOf } from '#models/client/reflector'
import { kubernetes, start, type Kubernetes } from '#models/kubernetes'
import type { Mutant } from '#models/mutants'
import { handle } from '#models/control-plane/api-server'
import { resumeRenewing, stopRenewing } from '#models/node-lifecycle/lease'
import { addNode, buildNode, type NodeOptions } from '#models/node-lifecycle/nodes'
import { withNodeStatus } from '#models/node-lifecycle/node-status'
import type { Process } from '#machine/process'
import { build } from '../../support/drive.js'

/** It watches and says how it is, and runs nothing. */
const kubelet: Process = withNodeStatus({
  kind: 'kubelet',
  watches: [
    { resource: 'pods', selector: (process) => `spec.nodeName=${nodeOf(process) ?? ''}` },
    { resource: 'nodes', selector: (process) => `metadata.name=${nodeOf(process) ?? ''}` },
  ],
  charts: {},
})

const withKubelet = (processes: readonly Process[]): readonly Process[] =>
  [...processes.filter(({ kind }) => kind !== 'kubelet'), kubelet]

export interface Cluster {
  readonly world: World
  readonly machinery: Kubernetes
}

export function cluster(
  names: readonly string[], nodes: number, { mutant, options }: { mutant?: Mutant; options?: (index: number) => NodeOptions } = {},
): Cluster {
  const machinery = kubernetes((processes) => withKubelet(mutant === undefined ? processes : mutant.apply(processes)))
  const { world } = build([], machinery)
  for (let index = 0; index < nodes; index++) {
    world.perform((cells) => addNode(cells, buildNode(index, options?.(index))))
  }
  for (let index = 0; index < nodes; index++) {
    world.perform((cells) => start(cells, machinery.runtime, `kubelet/node-${index + 1}`, 'api-1'))
  }
  for (const name of names) {
    world.perform((cells) => start(cells, machinery.runtime, `kube-controller-manager/${name}`, 'api-1'))
  }
  return { world, machinery }
}

export const cutOff = ({ world }: Cluster, node: string): void => world.perform((cells) => {
  cells.write(cutKey(node), true)
  stopRenewing(cells, node)
})

export const reconnect = ({ world }: Cluster, node: string): void => world.perform((cells) => {
  cells.write(cutKey(node), undefined)
  resumeRenewing(cells, node)
})

export const pod = (name: string, node: string, tolerations: readonly Toleration[] = []): Pod => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', uid: '' },
  spec: {
    ...(node === '' ? {} : { nodeName: node }),
    containers: [{ name: 'app', image: 'app' }], tolerations, terminationGracePeriodSeconds: 30,
  } as unknown as Pod['spec'], // what no model of this room reads is left out
  status: { phase: 'Pending' },
})

export const setTaints = ({ world }: Cluster, node: string, taints: readonly Taint[]): void => world.perform((cells) => {
  const answer = handle(cells, {
    verb: 'patch', resource: 'nodes', key: node, body: { type: 'merge', patch: { spec: { taints: taints.length === 0 ? null : taints } } },
  })
  if (!answer.ok) throw new Error(answer.status.message)
})

export const setStatus = ({ world }: Cluster, name: string, status: Partial<Pod['status']>): void => world.perform((cells) => {
  handle(cells, {
    verb: 'patch', resource: 'pods', subresource: 'status', key: name, body: { type: 'strategic', patch: { status } },
  })
})

export const running: Partial<Pod['status']> = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }

/** Lets time pass, with every claim judged along the way. */
export function watch({ world }: Cluster, claims: readonly Claim[]): {
  readonly judge: Judge
  run(until?: number): void
} {
  const judge = new Judge(world, claims, () => false)
  let steps = 0
  return {
    judge,
    run(until = Infinity) {
      judge.after('test', steps) // what the test itself has just done
      for (;;) {
        const choice = world.agenda.first()
        if (choice !== undefined) {
          world.take(choice)
          judge.after(choice, ++steps)
          if (steps > 100_000) throw new Error('still busy')
          continue
        }
        const next = Math.min(world.nextDeadline ?? Infinity, judge.nextWake ?? Infinity)
        if (next === Infinity || next > until) return
        world.advance(next)
        judge.after('clock', steps)
        judge.wake()
      }
    },
  }
}
