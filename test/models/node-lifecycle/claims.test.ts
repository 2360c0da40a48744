import { describe, expect, test } from 'vitest'
import type { Taint, Toleration } from '#api/types'
import { handle } from '#models/control-plane/api-server'
import type { Mutant } from '#models/mutants'
import { nodeIpamTrustsCache } from '#models/mutants/node-ipam-trusts-cache'
import { nodeLifecycleSaysFalse } from '#models/mutants/node-lifecycle-says-false'
import { podGcKeepsOrphans } from '#models/mutants/pod-gc-keeps-orphans'
import { taintCancelOnlyIfNone } from '#models/mutants/taint-cancel-only-if-none'
import { taintEvictStaleNode } from '#models/mutants/taint-evict-stale-node'
import { claims } from '#properties/node-lifecycle/index'
import { cluster, cutOff, pod, reconnect, setTaints, watch, type Cluster } from './bench.js'
import { create, get, settle } from '../../support/drive.js'

const startup: Taint = { key: 'node.cilium.io/agent-not-ready', value: 'true', effect: 'NoExecute' }
const dedicated: Taint = { key: 'dedicated', value: 'mine', effect: 'NoExecute' }
const toleratesDedicated: Toleration = { key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }

const bind = ({ world }: Cluster, name: string, node: string): void => world.perform((cells) => {
  handle(cells, { verb: 'create', resource: 'pods', subresource: 'binding', key: `default/${name}`, body: { target: { name: node } } })
})

interface Outcome {
  readonly broken: readonly string[]
  readonly exercised: readonly string[]
  readonly messages: readonly string[]
}

const outcome = ({ judge }: ReturnType<typeof watch>): Outcome => ({
  broken: [...new Set(judge.violations.map(({ claim }) => claim))],
  exercised: [...judge.exercised.keys()],
  messages: judge.violations.map(({ message }) => message),
})

/** kubernetes/kubernetes#119862: the pod's event overtakes the removal of the node's start-up taint. */
function staleNode(mutant?: Mutant): Outcome {
  const c = cluster(['taint-eviction'], 1, mutant === undefined ? {} : { mutant })
  setTaints(c, 'node-1', [startup])
  create(c.world, 'pods', pod('fresh', ''))
  const watched = watch(c, claims)
  watched.run()
  setTaints(c, 'node-1', [])
  watched.judge.after('test', 0)
  bind(c, 'fresh', 'node-1')
  watched.judge.after('test', 0)
  const late = 'watch|kube-controller-manager/taint-eviction|nodes'
  for (;;) {
    const choice = [...c.world.agenda].find((one) => one !== late)
    if (choice === undefined) break
    c.world.take(choice)
    watched.judge.after(choice, 1)
  }
  watched.run()
  return outcome(watched)
}

/** kubernetes/kubernetes#90794: ten seconds of not-ready on a node with a taint of its own. */
function otherTaintStays(mutant?: Mutant): Outcome {
  const c = cluster(['taint-eviction'], 1, mutant === undefined ? {} : { mutant })
  setTaints(c, 'node-1', [dedicated])
  create(c.world, 'pods', pod('app', 'node-1', [toleratesDedicated]))
  const watched = watch(c, claims)
  watched.run()
  setTaints(c, 'node-1', [dedicated, { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }])
  watched.run(10_000)
  c.world.advance(10_000)
  setTaints(c, 'node-1', [dedicated])
  watched.run()
  return outcome(watched)
}

function outage(mutant?: Mutant): Outcome {
  const c = cluster(['node-lifecycle', 'taint-eviction'], 3, mutant === undefined ? {} : { mutant })
  create(c.world, 'pods', pod('app', 'node-1'))
  const watched = watch(c, claims)
  watched.run()
  cutOff(c, 'node-1')
  watched.run(400_000)
  reconnect(c, 'node-1')
  watched.run(500_000)
  return outcome(watched)
}

function deletedNode(mutant?: Mutant): Outcome {
  const c = cluster(['pod-gc'], 2, mutant === undefined ? {} : { mutant })
  create(c.world, 'pods', pod('app', 'node-1'))
  const watched = watch(c, claims)
  watched.run()
  c.world.perform((cells) => { handle(cells, { verb: 'delete', resource: 'nodes', key: 'node-1' }) })
  watched.run(600_000)
  return outcome(watched)
}

function joiningNodes(mutant?: Mutant): Outcome {
  const c = cluster(['node-ipam'], 2, mutant === undefined ? {} : { mutant })
  const watched = watch(c, claims)
  // Both workers begin before either request arrives.
  for (let i = 0; i < 2; i++) {
    c.world.take('queue|kube-controller-manager/node-ipam')
    watched.judge.after('queue|kube-controller-manager/node-ipam', i)
  }
  watched.run()
  return outcome(watched)
}

const rows: readonly (readonly [string, (mutant?: Mutant) => Outcome, Mutant])[] = [
  ['no-spurious-eviction', staleNode, taintEvictStaleNode],
  ['toleration-seconds-honoured', otherTaintStays, taintCancelOnlyIfNone],
  ['node-conditions-legal', outage, nodeLifecycleSaysFalse],
  ['orphaned-pods-collected', deletedNode, podGcKeepsOrphans],
  ['one-node-per-pod-cidr', joiningNodes, nodeIpamTrustsCache],
]

describe('each claim is broken by its mutant, and by nothing without', () => {
  test.each(rows)('%s', (claim, scenario, mutant) => {
    expect(mutant.breaks).toContain(claim)
    expect(scenario().messages).toEqual([])
    expect(scenario(mutant).broken).toContain(claim)
  })
})

test('claims are exercised by what they speak of', () => {
  expect(outage().exercised).toEqual(expect.arrayContaining([
    'no-spurious-eviction', 'toleration-seconds-honoured', 'node-conditions-legal',
  ]))
  expect(staleNode().exercised).toContain('no-spurious-eviction')
  expect(deletedNode().exercised).toContain('orphaned-pods-collected')
  expect(joiningNodes().exercised).toContain('one-node-per-pod-cidr')
})

test('a finding names the pod, the node and what is there', () => {
  expect(staleNode(taintEvictStaleNode).messages).toEqual([
    'Pod default/fresh was evicted from node-1 for a taint that the node does not have any more: it tolerates every NoExecute '
    + 'taint that was there (no such taint)',
  ])
  expect(otherTaintStays(taintCancelOnlyIfNone).messages).toContain(
    'Pod default/app was evicted from node-1 although the controller knew of no NoExecute taint there that it tolerates for a '
    + 'limited time')
})

test('a pod whose time ran out while its node was silent is evicted rightly', () => {
  const c = cluster(['node-lifecycle', 'taint-eviction'], 3)
  create(c.world, 'pods', pod('app', 'node-1'))
  const watched = watch(c, claims)
  cutOff(c, 'node-1')
  watched.run()
  expect(get(c.world, 'pods', 'default/app')?.metadata.deletionTimestamp).toBeDefined()
  expect(outcome(watched).messages).toEqual([])
  settle(c.world)
})
