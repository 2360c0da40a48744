/** A property with a controller of one's own: judged, shrunk, recorded and replayed like any other. */
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  check, controller, eventually, isAlreadyExists, newControllerRef, parse, property, replay, systemOf, withOracle,
  type ControllerOptions, type Property, type PropertyOptions, type Reconcile,
} from 'kube-orrery'

const manifests = "{ apiVersion: v1, kind: ConfigMap, metadata: { name: site, labels: { app: site } }, data: { image: 'site:1' } }"

const site = (controllers: Partial<ControllerOptions> & { readonly reconcile: Reconcile }, options: Partial<PropertyOptions> = {}): Property =>
  property({
    manifests, nodes: 1, scenario: [], claims: [],
    controllers: [controller({ name: 'site-operator', for: 'configmaps', labels: { app: 'site' }, ...controllers })], ...options,
  })

/** One pod for the ConfigMap, looked for at the API server itself. */
const onePod: Reconcile = async (request, client) => {
  const config = await client.get('configmaps', request)
  if (config === undefined || await client.getFromServer('pods', request) !== undefined) return
  await client.create('pods', {
    metadata: { ...request, ownerReferences: [newControllerRef(config)] },
    spec: { containers: [{ name: 'main', image: config.data?.['image'] }] },
  }).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error
  })
}

describe('a controller is level-based', () => {
  const losesItsPod: Partial<PropertyOptions> = { scenario: [{ delete: 'pod/site' }], delays: 0, faults: 0 }

  it('where it hears of all that it decides on', async () => {
    const { verdict, claims } = await check(site({ reconcile: onePod, owns: ['pods'] }, losesItsPod), { runs: 1 })
    expect([verdict, claims.map(({ claim, exercised }) => [claim, exercised > 0])])
      .toEqual(['pass', [['site-operator-level-based', true]]])
  })

  it('and is not where it is deaf to what becomes of its pods', async () => {
    const { violations } = await check(site({ reconcile: onePod }, losesItsPod), { runs: 1 })
    expect(violations.map(({ violation }) => violation.message)).toEqual([
      'ConfigMap default/site: nothing happens any more, and site-operator, called once more, would create pods default.',
    ])
  })

  it('also where it writes what is there already', async () => {
    const again: Reconcile = async (request, client) => {
      const config = await client.get('configmaps', request)
      if (config !== undefined) await client.update('configmaps', { ...config, data: { ...config.data, seen: 'yes' } })
    }
    expect((await check(site({ reconcile: again }), { runs: 1 })).verdict).toBe('pass')
  })

  it('and is not where it hides an error and does not come back', async () => {
    const hides: Reconcile = async (request, client) => {
      const config = await client.get('configmaps', request)
      if (config?.data?.['seen'] === 'yes') return
      const pod = await client.getFromServer('pods', { namespace: 'default', name: 'other' })
      if (pod === undefined) return // it will come, but who says so?
      await client.patch('configmaps', request, { data: { seen: 'yes' } })
    }
    const other = "{ apiVersion: v1, kind: Pod, metadata: { name: other }, spec: { containers: [{ name: main, image: 'x:1' }] } }"
    const { violations } = await check(site({ reconcile: hides }, { then: other }), { runs: 1 })
    expect(violations.map(({ violation }) => violation.message.replace(/^.*would/, 'would'))).toEqual(['would patch configmaps default/site.'])
  })
})

/** A claim that cannot hold, so that there is a counterexample. */
const noPod = eventually('no-pod', {
  title: 'there is no pod', of: 'configmaps',
  check: ({ metadata }, { objects }) => (metadata.name === 'site' ? objects.all('pods').length === 0 : undefined),
})

describe('a counterexample with a controller of one’s own', () => {
  const broken = (): Property => site({ reconcile: onePod, owns: ['pods'] }, { claims: [noPod] })

  it('is the same for the same seed, whatever was known before', async () => {
    const known = broken()
    const first = await check(known, { runs: 10, seed: 4 })
    expect(await check(known, { runs: 10, seed: 4 })).toEqual(first)
    expect(await check(broken(), { runs: 10, seed: 4 })).toEqual(first)
    expect(first.violations[0]?.text).toContain('site-operator')
  })

  it('replays strictly', async () => {
    const { violations } = await check(broken(), { runs: 1 })
    const { trace, scenario } = violations[0]!
    const parsed = parse(trace)
    if (!isRight(parsed)) throw new Error(parsed.left.message)
    const { controllers } = broken()
    const replayed = await withOracle(() => replay(systemOf(scenario, { controllers }), [noPod], parsed.right))
    expect(isRight(replayed) && replayed.right.violations.map(({ claim }) => claim)).toEqual(['no-pod'])
  })
})

describe('a check', () => {
  it('ends with what is wrong with the function', async () => {
    let calls = 0
    const counts: Reconcile = async (_, client) => void await client.create('pods', { metadata: { namespace: 'default', name: `p${calls++}` } })
    await expect(check(site({ reconcile: counts }), { runs: 3 })).rejects.toThrow('E_CONTROLLER_NONDETERMINISTIC')
  })
})
