/** What goes on for ever, and what only does so because time stands still. */
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Deviation } from '#checker/schedule'
import { runOrder, type Order } from '#checker/order'
import type { UserAction } from '#models/client/user-actions'
import { claims as allClaims, usualClaims } from '#properties/claims'
import { apply, deployment, scenarioOf } from '#properties/kill/manifests'
import { systemOf } from '#properties/scenario'
import { nodeNameAdvice } from '#properties/workloads/comes-to-rest'
import { format, parse } from '#trace/format'
import { record } from '#trace/record'
import { replay } from '#trace/replay'

const taint = (...taints: readonly string[]): UserAction => ({ do: 'taint', node: { name: 'node-1' }, taints })

/** The pods of `web` wait while its only node is tainted, and come back once it is not. */
const cleared = scenarioOf({ nodes: 1 }, taint('team=a:NoExecute'), apply(deployment('web')), taint('team:NoExecute-'))

/** Before the last action the node object has been seen so often; the next event of it is the taint's removal. */
function seenNodes(): number {
  const system = systemOf(cleared)
  let nth = -1
  runOrder(system, [], { deviations: [] }, {
    countsAll: true,
    onEvent: (event, _, driver) => {
      if (event.type === 'step' && event.choice.startsWith('user|')) nth = driver.countOf('watch|kubelet/node-1|nodes')
    },
  })
  return nth
}

const podsOf = ({ world }: Order): number => [...world.store.keys()].filter((key) => key.startsWith('store|pods|')).length

describe('A kubelet that does not know yet that its node is no longer tainted', () => {
  it('refuses pods that are replaced at once, until it is told', () => {
    const late: Deviation = { kind: 'hold', channel: 'watch|kubelet/node-1|nodes', nth: seenNodes(), ms: 2_000 }
    const order = runOrder(systemOf(cleared), usualClaims, { deviations: [late] })
    expect(podsOf(order)).toBeGreaterThan(20)
    expect(order.ending).not.toBe('livelock')
    expect(order.violations).toEqual([])
    expect(order.exercised.get('desired-state-reached')).toBeGreaterThan(0)
  })

  it('refuses none where it is told promptly', () => {
    expect(podsOf(runOrder(systemOf(cleared), [], { deviations: [] }))).toBe(2)
  })
})

describe('A pod template that names its node', () => {
  const ports = [{ containerPort: 9100, hostPort: 9100 }]
  const bound = scenarioOf({ nodes: 2 }, apply(deployment('exporter', { pod: { nodeName: 'node-1' }, container: { ports } })))
  const claims = allClaims.filter(({ name }) => name === 'comes-to-rest')

  it('whose port is taken is made again and again: kubernetes/kubernetes#120160', () => {
    const { ending, violations } = runOrder(systemOf(bound), claims, { deviations: [] })
    expect(ending).toBe('livelock')
    expect(violations).toHaveLength(1)
    expect(violations[0]?.message).toMatch(/^ReplicaSet default\/exporter#1 makes pods without end: node-1 refused \d+ pods so far, the last with NodePorts/)
    expect(violations[0]?.advice).toBe(nodeNameAdvice)
  })

  it('is replayed to the same end', () => {
    const system = systemOf(bound)
    const { trace, violation } = record(system, claims, { deviations: [] }, { seed: 1, inputs: bound })
    const parsed = parse(format(trace))
    const replayed = isRight(parsed) ? replay(system, claims, parsed.right) : parsed
    expect(isRight(replayed) && replayed.right.violations.map(({ message }) => message)).toEqual([violation?.message])
  })
})
