/** Thresholds of eviction that a Node's kubelet is configured with: kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction. */
import * as either from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { loadManifests } from '#api/manifests/load'
import { formatInputError } from '#api/manifests/input-error'
import { handle } from '#models/control-plane/api-server'
import { evictionProblems } from '#models/node/eviction-annotations'
import { evictionAnnotation, parseEviction } from '#models/node/eviction-config'
import { evictionKey } from '#models/node/eviction-watch'
import type { Bench } from '../../support/drive.js'
import { get } from '../../support/drive.js'
import { createPod, kubelet, node, oneNode, podIn, settleFor, type PodOptions } from '../../support/node.js'

/** A node of 64Gi whose kubelet is configured so. */
function configured(text: string, ...pods: readonly PodOptions[]): Bench {
  const bench = oneNode()
  bench.world.perform((cells) => {
    const patch = { metadata: { annotations: { [evictionAnnotation]: text } } }
    const answer = handle(cells, { verb: 'patch', resource: 'nodes', key: node, body: { type: 'merge', patch } })
    if (!answer.ok) throw new Error(answer.status.message)
  })
  for (const pod of pods) createPod(bench, pod)
  settleFor(bench, 1)
  return bench
}

const isUnderPressure = ({ world }: Bench): boolean =>
  get(world, 'nodes', node)?.status.conditions?.some(({ type, status }) => type === 'MemoryPressure' && status === 'True') === true

const soft = `evictionSoft: { memory.available: 62Gi }
evictionSoftGracePeriod: { memory.available: 1m30s }
evictionMaxPodGracePeriod: 20`

const greedy = (afterSeconds: number): PodOptions =>
  ({ name: 'greedy', profile: { ignoresSigterm: true, memory: [{ afterSeconds: 0, amount: '1Gi' }, { afterSeconds, amount: '4Gi' }] } })

const ending = (bench: Bench): string => `${podIn(bench, 'greedy')?.status.phase ?? 'gone'} ${podIn(bench, 'greedy')?.status.reason ?? ''}`.trim()

describe('a soft threshold', () => {
  test('is told at once, and evicts a pod when its grace period is over', () => {
    const bench = configured(soft, greedy(5))
    settleFor(bench, 30)
    expect([isUnderPressure(bench), ending(bench)]).toEqual([true, 'Running'])
    settleFor(bench, 60)
    expect(ending(bench)).toBe('Running')
    settleFor(bench, 60)
    expect(ending(bench)).toBe('Failed Evicted')
    expect(podIn(bench, 'greedy')?.status.message).toContain('Threshold quantity: 62Gi, available: ')
  })

  test('gives the pod the time that the kubelet allows, where its own is longer', () => {
    const bench = configured(soft, greedy(5))
    const ended = (): boolean => podIn(bench, 'greedy')?.status.phase === 'Failed'
    const told = (): boolean => bench.world.read(evictionKey(kubelet))?.evicting !== undefined
    let [begun, over] = [0, 0]
    for (let second = 1; second <= 160 && over === 0; second++) {
      settleFor(bench, 1)
      if (begun === 0 && told()) begun = second
      if (ended()) over = second
    }
    expect(over - begun).toBe(20)
  })

  test('evicts nobody where what was short is there again before', () => {
    const bench = configured(soft, { name: 'greedy', profile: { memory: [
      { afterSeconds: 0, amount: '1Gi' }, { afterSeconds: 5, amount: '4Gi' }, { afterSeconds: 60, amount: '1Gi' }, { afterSeconds: 120, amount: '4Gi' },
    ] } })
    settleFor(bench, 200)
    expect(ending(bench)).toBe('Running')
    settleFor(bench, 60)
    expect(ending(bench)).toBe('Failed Evicted')
  })

  test('is none where nothing is said: 100Mi are left to the node', () => {
    const bench = oneNode()
    createPod(bench, greedy(5))
    settleFor(bench, 300)
    expect([isUnderPressure(bench), ending(bench)]).toEqual([false, 'Running'])
  })
})

test('a hard threshold of one\'s own evicts at the next look', () => {
  const bench = configured('evictionHard: { memory.available: "95%" }', greedy(5))
  settleFor(bench, 30)
  expect(ending(bench)).toBe('Failed Evicted')
})

describe('a kubelet does not begin with', () => {
  test.each([
    ['a soft threshold without its grace period', 'evictionSoft: { memory.available: 1Gi }',
      'grace period must be specified for the soft eviction threshold memory.available'],
    ['a signal that there is not', 'evictionHard: { memory.free: 1Gi }', 'unsupported eviction signal memory.free'],
    ['more than all', 'evictionHard: { memory.available: "120%" }', 'eviction percentage threshold memory.available must be <= 100%: 120%'],
    ['a negative grace period', 'evictionSoft: { memory.available: 1Gi }\nevictionSoftGracePeriod: { memory.available: -1s }',
      'invalid eviction grace period specified: -1s, must be a positive value'],
    ['a misspelt field', 'evictionsoft: {}', 'unknown field "evictionsoft"; did you mean "evictionSoft"?'],
    ['a number for a quantity', 'evictionHard: { memory.available: 100 }', 'evictionHard must be a mapping of signals to texts'],
    ['a text for seconds', 'evictionMaxPodGracePeriod: 30s', 'evictionMaxPodGracePeriod must be a number of seconds, 0 or more'],
    ['a list', '- a', 'it has to be a mapping'],
  ])('%s', (_, text, message) => expect(parseEviction(text)).toEqual(either.left(message)))

  test('what is told to its user, with the place', () => {
    const manifest = (kind: string): string => `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: a\n  annotations:\n    `
      + `${evictionAnnotation}: "evictionSoft: { memory.available: 1Gi }"\n`
    const problems = (kind: string): readonly string[] =>
      evictionProblems(loadManifests([{ file: 'node.yaml', text: manifest(kind) }]).objects).map(formatInputError)
    expect(problems('Node')).toEqual([
      'node.yaml:6:5: in the annotation orrery.dev/eviction: grace period must be specified for the soft eviction threshold '
      + 'memory.available [E_EVICTION]\n  Write it as in a KubeletConfiguration: docs/scenarios.md has an example.'])
    expect(problems('ConfigMap')).toEqual([
      'node.yaml:6:5: the annotation orrery.dev/eviction is on the ConfigMap, where no kubelet looks for it [E_EVICTION]\n'
      + '  Move it to the Node.'])
  })
})
