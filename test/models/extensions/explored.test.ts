/** The operator of examples/operator in every order within bounds: what is found at random is found, and the rest is proven. */
import { describe, expect, it } from 'vitest'
import { always, controller, eventually, property, systemOf, withOracle, type Reconcile } from 'kube-orrery'
import { explore, type Exploration } from '#checker/explore/explore'
import { defaultMaxLag } from '#checker/system'
import { careful, hasty, trusting, watching } from '../../../examples/operator/operator.js'

const manifests = "{ apiVersion: v1, kind: ConfigMap, metadata: { name: site, labels: { pods: per-entry } }, data: { blog: 'blog:1', shop: 'shop:1' } }"

const onePodEach = always('one-pod-each', {
  title: 'there is never more than one pod for an entry', of: 'configmaps',
  check({ metadata }, { objects }) {
    const entries = objects.list('pods', 'owner', metadata.uid).map((pod) => pod.metadata.labels?.['entry'])
    return entries.length === 0 ? undefined : new Set(entries).size === entries.length
  },
})

const aPodForEach = eventually('a-pod-for-each', {
  title: 'each entry has its pod in the end', of: 'configmaps',
  check: ({ metadata }, { objects }) => (metadata.name === 'site' ? objects.list('pods', 'owner', metadata.uid).length === 2 : undefined),
})

function explored(reconcile: Reconcile, delays: number, faults: number): Promise<Exploration> {
  const own = controller({ name: 'entry-operator', ...watching, reconcile })
  const { scenario, controllers, claims } = property({ manifests, nodes: 1, scenario: [], controllers: [own], claims: [onePodEach, aPodForEach] })
  const bounds = { delays, faults, maxLag: defaultMaxLag, kinds: ['restart'] }
  return withOracle(() => explore({ system: systemOf(scenario, { controllers }), claims, bounds, most: 100_000 }))
}

const found = ({ counterexamples }: Exploration): readonly string[] => counterexamples.map(({ violation }) => violation.claim)

describe('with one delay', () => {
  it('an operator that trusts its cache makes a pod twice', async () => {
    const exploration = await explored(trusting, 1, 0)
    expect([exploration.stopped, found(exploration)]).toEqual([undefined, ['one-pod-each', 'a-pod-for-each']])
  })

  it('one that names its pods by what they are for does not, whatever is late', async () => {
    const exploration = await explored(careful, 1, 0)
    expect([exploration.stopped, found(exploration), exploration.unconfirmed]).toEqual([undefined, [], []])
    expect([...exploration.exercised].sort()).toEqual(['a-pod-for-each', 'entry-operator-level-based', 'one-pod-each'])
    expect(exploration.worlds).toBeGreaterThan(1_000)
  })
})

describe('with one restart of any process, at any point', () => {
  it('an operator that takes its first pod for both leaves the second undone', async () => {
    expect(found(await explored(hasty, 0, 1))).toContain('a-pod-for-each')
  })

  it('one that looks at what is there does not', async () => {
    const exploration = await explored(careful, 0, 1)
    expect([exploration.stopped, found(exploration)]).toEqual([undefined, []])
  })
})
