/** When a refused connection is somebody's fault: which other endpoints could have answered, and since when. */
import { describe, expect, it } from 'vitest'
import { baselineOf } from '#checker/generate'
import { runOrder, type Order } from '#checker/order'
import type { Schedule } from '#checker/schedule'
import type { Client } from '#models/node/listeners'
import { apply, deletePodOf, deployment, late, scenarioOf, service, setImage, wellBehaved } from '#properties/kill/manifests'
import { noConnectionToClosedListener as claim, preStopAdvice } from '#properties/network/connections'
import { systemOf, type Scenario } from '#properties/scenario'

interface Seen extends Pick<Order, 'violations' | 'exercised'> {
  /** Connections that nothing answered, by claim or not. */
  readonly refused: number
}

function run(scenario: Scenario, schedule: Schedule = { deviations: [] }): Seen {
  let refused = 0
  const { violations, exercised } = runOrder(systemOf(scenario), [claim], schedule, {
    onEvent(event, world) {
      if (event.type !== 'step' || !event.choice.startsWith('client|')) return
      const client = world.store.get(event.choice) as Client | undefined // by prefix
      refused += Object.values(client?.failures ?? {}).filter((outcome) => outcome === 'refused').length
    },
  })
  return { violations, exercised, refused }
}

/** Every order in which one event reaches a kube-proxy two seconds late. */
function withLateProxies(scenario: Scenario): readonly Seen[] {
  const { offers } = baselineOf(systemOf(scenario))
  return offers.filter(({ channel }) => /^watch\|kube-proxy\/.*\|endpointslices$/.test(channel))
    .map(({ channel, nth }) => run(scenario, late(channel, nth, 2_000)))
}

const times = ({ exercised }: Seen): number => exercised.get(claim.name) ?? 0

/** Its preStop hook sleeps for 5 s: the pod that takes its place needs about as long. */
const alone = scenarioOf({ nodes: 2, profiles: { 'web:1': { startSeconds: 4 } } },
  apply(deployment('web', { replicas: 1, container: wellBehaved }), service('web')), deletePodOf('web'))

describe('A pod that was the only one when it was asked to stop', () => {
  it('may be met once it has closed its listener, though another is ready by then', () => {
    const seen = withLateProxies(alone)
    expect(seen.some(({ refused }) => refused > 0)).toBe(true)
    expect(seen.flatMap(({ violations }) => violations)).toEqual([])
  })
})

describe('A Service with externalTrafficPolicy Local', () => {
  const local = scenarioOf({ nodes: 2, profiles: { 'web:1': { startSeconds: 20 } } },
    apply(deployment('web', { container: wellBehaved }), service('web', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' })),
    deletePodOf('web'))

  it('has no other endpoint for a connection from outside than those of the node: kubernetes.io/docs/reference/networking/virtual-ips', () => {
    const seen = withLateProxies(local)
    expect(seen.some(({ refused }) => refused > 0)).toBe(true)
    expect(seen.flatMap(({ violations }) => violations)).toEqual([])
  })
})

describe('A rollout', () => {
  const rollout = (container: typeof wellBehaved): Scenario =>
    scenarioOf({ nodes: 2 }, apply(deployment('web', { container }), service('web')), setImage('web', 2))

  it('whose pods close their listeners at once is told, with the remedy', () => {
    const { violations } = run(rollout({ readinessProbe: wellBehaved['readinessProbe']! }))
    expect(violations.length).toBeGreaterThan(0)
    expect(violations.map(({ advice }) => advice)).toEqual(violations.map(() => preStopAdvice))
  })

  it('exercises the claim where a pod closes its listener after the rules have forgotten it', () => {
    const seen = run(rollout(wellBehaved))
    expect(seen.violations).toEqual([])
    expect(times(seen)).toBeGreaterThan(0)
  })

  it('is what exercises it: pods that only start do not', () => {
    const { script: [first], ...rest } = rollout(wellBehaved)
    expect(times(run({ ...rest, script: [first!] }))).toBe(0)
  })
})
