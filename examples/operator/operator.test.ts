// The operator under many orders of events: what its first version does when its cache is late, and that the last one is right.
import { expect, test } from 'vitest'
import {
  always, assertProperty, check, controller, eventually, property, type OwnController, type Property, type Reconcile,
} from 'kube-orrery'
import { careful, hasty, trusting, watching } from './operator.js'

const manifests = (data: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: site, labels: { pods: per-entry } }
data: ${data}
`

/** At no time are there two pods for one entry. */
const onePodEach = always('one-pod-each', {
  title: 'there is never more than one pod for an entry of a ConfigMap',
  of: 'configmaps',
  check({ metadata }, { objects }) {
    const entries = objects.list('pods', 'owner', metadata.uid).map((pod) => pod.metadata.labels?.['entry'])
    const twice = entries.find((entry, index) => entries.indexOf(entry) !== index)
    return entries.length === 0 ? undefined : twice === undefined || `${metadata.name} has two pods for its entry ${twice}.`
  },
})

/** In the end there is one for each. */
const aPodForEach = eventually('a-pod-for-each', {
  title: 'each entry of a ConfigMap has its pod in the end',
  of: 'configmaps',
  check({ metadata, data }, { objects }) {
    if (metadata.labels?.['pods'] !== 'per-entry') return undefined
    const there = objects.list('pods', 'owner', metadata.uid).map((pod) => pod.metadata.labels?.['entry'] ?? '').sort()
    const wanted = Object.keys(data ?? {}).sort()
    return String(there) === String(wanted) || `${metadata.name} wants pods for ${wanted.join(', ')} and has them for ${there.join(', ')}.`
  },
})

const operator = (reconcile: Reconcile): OwnController => controller({ name: 'entry-operator', ...watching, reconcile })

/** Two entries, and nothing else happens. */
const once = (reconcile: Reconcile): Property => property({
  manifests: manifests("{ blog: 'blog:1', shop: 'shop:1' }"),
  nodes: 1,
  scenario: [],
  controllers: [operator(reconcile)],
  claims: [onePodEach, aPodForEach],
})

/** Two entries, of which one is replaced later on. */
const replaced = (reconcile: Reconcile): Property => property({
  manifests: manifests("{ blog: 'blog:1', shop: 'shop:1' }"),
  then: manifests("{ blog: 'blog:1', wiki: 'wiki:1' }"),
  nodes: 1,
  controllers: [operator(reconcile)],
  claims: [onePodEach, aPodForEach],
})

test('an operator that trusts its cache creates a pod twice when one event is late', async () => {
  const { verdict, violations } = await check(once(trusting))
  expect(verdict).toBe('violation')
  const [{ text, delays, faults }] = violations as [typeof violations[0]]
  expect(text).toContain('site has two pods for its entry')
  expect([delays, faults]).toEqual([1, 0])
  expect(text).toMatch(/◷ .*(entry-operator learns of|caches the next event of pods)/) // one event of a pod came late
})

test('an operator that ends between two writes leaves the second undone, where the first is a sign of both', async () => {
  const { violations } = await check(once(hasty), { runs: 500 })
  const [{ text, violation, faults }] = violations as [typeof violations[0]]
  expect(violation.claim).toBe('a-pod-for-each')
  expect(faults).toBe(1)
  expect(text).toContain('site wants pods for blog, shop and has them for blog.')
})

test('the operator that names pods by what they are for is right in every order that was tried', async () => {
  const { claims, orders } = await assertProperty(replaced(careful), { runs: 150 })
  expect(orders).toBe(150)
  expect(claims.map(({ claim, held, exercised }) => [claim, held, exercised > 0])).toEqual([
    ['one-pod-each', true, true], ['a-pod-for-each', true, true], ['entry-operator-level-based', true, true],
  ])
})
