/** Every claim about scheduling is met, and broken by its mutants; each mutant is silent without its bug. */
import { describe, expect, test } from 'vitest'
import type { Mutant } from '#models/mutants'
import { schedCountsLimits } from '#models/mutants/sched-counts-limits'
import { schedDeafQueue } from '#models/mutants/sched-deaf-queue'
import { schedGhostNode } from '#models/mutants/sched-ghost-node'
import { schedIgnoresTaints } from '#models/mutants/sched-ignores-taints'
import { schedNoAntiAffinity } from '#models/mutants/sched-no-anti-affinity'
import { schedNoAssume } from '#models/mutants/sched-no-assume'
import { schedNoForget } from '#models/mutants/sched-no-forget'
import { claims } from '#properties/scheduling/index'
import { apart, Cluster, node, pod } from './cluster.js'

type Scene = (mutants: readonly Mutant[]) => Cluster

const watches = (choice: string): boolean => choice.startsWith('watch|kube-scheduler')
const isBinding = (choice: string): boolean => choice.startsWith('request|kube-scheduler|binding:')

/** SC1: the stream breaks while a node is deleted, so that only the next list shows it. */
const nodeDeletedUnseen: Scene = (mutants) => {
  const cluster = new Cluster([node('node-1'), node('node-2')], mutants).create(pod('a', { requests: { cpu: '2' } }))
  cluster.settle()
  cluster.remove('nodes', 'node-2').settle({ held: watches })
  return cluster.relist('nodes').create(pod('b', { requests: { cpu: '1' } })).end()
}

const bindingFails: Scene = (mutants) => {
  const cluster = new Cluster([node('node-1', { pods: '1' })], mutants).create(pod('a'))
  cluster.settle({ held: isBinding, until: 0 })
  // The pod goes and its watch lags: the scheduler learns of it by the answer first.
  cluster.remove('pods', 'default/a').create(pod('b')).settle({ held: watches, until: 0 })
  return cluster.end()
}

const crowd: Scene = (mutants) => {
  const cluster = new Cluster([node('node-1', { cpu: '2' }), node('node-2', { cpu: '2' })], mutants)
  cluster.create(...['a', 'b', 'c'].map((name) => pod(name, { requests: { cpu: '2' } })))
  cluster.settle({ held: isBinding, until: 0 })
  return cluster.end()
}

const keptApart: Scene = (mutants) => new Cluster([node('node-1'), node('node-2')], mutants)
  .create(...['a', 'b', 'c'].map((name) => pod(name, { spec: apart('web') }))).end()

const tainted: Scene = (mutants) =>
  new Cluster([node('node-1', { taints: [{ key: 'a', effect: 'NoSchedule' }] }), node('node-2', { unschedulable: true })], mutants)
    .create(pod('a')).end()

const burstable: Scene = (mutants) =>
  new Cluster([node('node-1', { cpu: '2' })], mutants).create(pod('a', { requests: { cpu: '1' }, limits: { cpu: '4' } })).end()

const uncordoned: Scene = (mutants) => {
  const cluster = new Cluster([node('node-1', { unschedulable: true })], mutants).create(pod('a')).end()
  return cluster.patch('nodes', 'node-1', { spec: { unschedulable: null } }).end()
}

const kills: readonly (readonly [Mutant, Scene])[] = [
  [schedGhostNode, nodeDeletedUnseen],
  [schedNoForget, bindingFails],
  [schedNoAssume, crowd],
  [schedNoAntiAffinity, keptApart],
  [schedIgnoresTaints, tainted],
  [schedCountsLimits, burstable],
  [schedDeafQueue, uncordoned],
]

describe('the claims about scheduling', () => {
  test.each(kills.map(([mutant, scene]) => [mutant.name, mutant, scene] as const))('are broken by %s', (_, mutant, scene) => {
    expect(scene([]).broken).toEqual([])
    expect(scene([mutant]).broken).toEqual([...mutant.breaks].sort())
  })

  test('are each broken by some mutant', () => {
    const broken = new Set(kills.flatMap(([mutant]) => mutant.breaks))
    expect([...broken].sort()).toEqual(claims.map(({ name }) => name).sort())
  })

  test('are each exercised', () => {
    const { judge } = crowd([])
    expect([...judge.exercised.keys()].sort()).toEqual(claims.map(({ name }) => name).sort())
  })

  test('name the pod, the node and the reason', () => {
    const messages = (scene: Scene, mutant: Mutant): readonly string[] => scene([mutant]).judge.violations.map(({ message }) => message)
    expect(messages(nodeDeletedUnseen, schedGhostNode)).toEqual([
      'kube-scheduler places Pod default/b on node-2, a node that its own cache does not have any more',
      'Pod default/b never runs: kube-scheduler bound it to node node-2, which does not exist, and would do so again',
      'kube-scheduler still places pods on node node-2, which its informer saw deleted',
    ])
    expect(messages(keptApart, schedNoAntiAffinity)).toEqual([
      "kube-scheduler places Pod default/c on node-1, where InterPodAffinity rejects it: node(s) didn't match pod anti-affinity rules",
    ])
    expect(messages(uncordoned, schedDeafQueue)).toEqual([
      'Pod default/a waits for a node for ever, although node-1 would take it',
    ])
  })
})
