// A property of your own in your own test suite: a claim, the manifests, and a mutant that proves that the claim sees.
import { expect, test } from 'vitest'
import { always, assertProperty, changeCalls, check, property, type Mutant, type ReplicaSet } from 'kube-orrery'

const manifests = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: example.com/web:1
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: http }, periodSeconds: 1 }
`

const readyPods = always('two-pods-ready', {
  title: 'once web is up, two of its pods are ready at any time',
  of: 'deployments',
  check({ metadata }, { objects, memory }) {
    const ready = objects.all('pods').filter((pod) => pod.metadata.deletionTimestamp === undefined
      && pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')).length
    if (ready >= 2) memory.set('up', true)
    if (!memory.has('up')) return undefined // nothing to judge yet
    return ready >= 2 || `${ready} pods of ${metadata.name} are ready; two have to be.`
  },
})

/** A Deployment controller that takes all old pods away with the first new one. */
const impatient: Mutant = {
  name: 'impatient-rollout',
  title: 'Old ReplicaSets are scaled to nothing in one go',
  breaks: ['two-pods-ready'],
  apply: changeCalls('kube-controller-manager/deployment', (call) => {
    if (call.verb !== 'update' || call.resource !== 'replicasets' || call.subresource !== undefined) return call
    const [before, after] = [call.base as ReplicaSet, call.body as ReplicaSet] // what such a call carries
    return after.spec.replicas < before.spec.replicas ? { ...call, body: { ...after, spec: { ...after.spec, replicas: 0 } } } : call
  }),
}

const rollout = property({
  manifests,
  nodes: 2,
  profiles: { 'example.com/*': { startSeconds: 3 } },
  scenario: [{ restart: 'deployment/web' }],
  claims: [readyPods, 'rollout-completes'],
  mutants: [impatient],
  faults: 0,
})

test('a rollout of web leaves two pods ready, whatever comes late', async () => {
  const { orders, claims } = await assertProperty(rollout, { runs: 30 })
  expect(orders).toBe(30)
  expect(claims.every(({ held, exercised }) => held && exercised > 0)).toBe(true)
})

test('the counterexample of a broken claim is short, and tells what happened', async () => {
  const { verdict, violations } = await check(rollout, { mutant: 'impatient-rollout' })
  expect(verdict).toBe('violation')
  const [{ text, schedule, scenario }] = violations as [typeof violations[0]]
  expect(schedule.deviations).toEqual([])
  expect(scenario.nodes).toHaveLength(1)
  expect(text).toContain('two-pods-ready  on the prompt order')
  expect(text).toContain('1 pods of web are ready; two have to be.')
})
