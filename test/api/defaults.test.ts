import * as either from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { decodeKind } from '#api/codecs'
import { setDefaults } from '#api/defaults'
import { imageTag, pullPolicyOf } from '#api/images'
import type { Input, Json, ModelledKind, ModelledKinds, ResourceList } from '#api/types'
import { roundUpToMillis } from '#api/defaults/container'
import { bases, changed, pruned, recorded } from './recorded.js'

const read = <Kind extends ModelledKind>(kind: Kind, json: Json): Input<ModelledKinds[Kind]> => {
  const decoded = decodeKind(kind, json)
  if (either.isLeft(decoded)) throw new Error(`${kind} does not decode`)
  return setDefaults(kind, decoded.right)
}

type Case = { readonly base: string; readonly set: string; readonly to?: Json; readonly stored?: Json }

describe('the API server stores what upstream would store', () => {
  const cases = recorded<Case>('validation.jsonl').filter(({ stored }) => stored !== undefined)
  const kinds = [...new Set(cases.map(({ base }) => String(bases[base]?.kind)))] as ModelledKind[] // as recorded

  test.each(kinds)('%s', (kind) => {
    for (const { base, set, to, stored } of cases.filter((one) => bases[one.base]?.kind === kind)) {
      expect(pruned(read(kind, changed(bases[base] ?? {}, set, to))), `${set} ${JSON.stringify(to)}`).toEqual(stored)
    }
  })

  test.each(Object.entries(bases))('nothing changes when %s is defaulted twice, not even its identity', (_, base) => {
    const kind = base.kind as ModelledKind // every base is of a modelled kind
    const once = read(kind, base)
    expect(setDefaults(kind, once)).toBe(once)
  })
})

describe('pods and templates', () => {
  const containers = [{ name: 'app', image: 'nginx', resources: { limits: { cpu: '1' } } }]

  test('a pod requests what it limits, its template does not', () => {
    const pod = read('Pod', { spec: { containers } })
    const set = read('ReplicaSet', { spec: { template: { spec: { containers } } } })
    expect(pod.spec?.containers?.[0]?.resources).toEqual({ limits: { cpu: '1' }, requests: { cpu: '1' } })
    expect(set.spec?.template?.spec?.containers?.[0]?.resources).toEqual({ limits: { cpu: '1' } })
  })

  test('on the host network a port is the host\'s port', () => {
    const pod = read('Pod', { spec: { hostNetwork: true, containers: [{ ports: [{ containerPort: 80 }] }] } })
    expect(pod.spec?.containers?.[0]?.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }])
  })

  test('a probe asks every ten seconds, waits one, and gives up after three', () => {
    const pod = read('Pod', { spec: { containers: [{ livenessProbe: { httpGet: { port: 80 } } }] } })
    expect(pod.spec?.containers?.[0]?.livenessProbe).toEqual({
      httpGet: { port: 80, path: '/', scheme: 'HTTP' },
      timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3,
    })
  })
})

describe('a Deployment', () => {
  test('rolls a quarter at a time unless it says otherwise', () => {
    expect(read('Deployment', {}).spec).toMatchObject({
      replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    })
  })

  test('that recreates has no rolling parameters', () => {
    const { spec } = read('Deployment', { spec: { strategy: { type: 'Recreate' } } })
    expect(spec?.strategy).toEqual({ type: 'Recreate' })
  })
})

test('the text of a Secret is stored as base64', () => {
  expect(read('Secret', { stringData: { token: 'grüße' } })).toMatchObject({ data: { token: 'Z3LDvMOfZQ==' } })
})

/** The tag decides about pulling: pkg/util/parsers/parsers_test.go TestParseImageName. */
test.each([
  ['root', 'latest', 'Always'],
  ['root:tag', 'tag', 'IfNotPresent'],
  ['user/repo:latest', 'latest', 'Always'],
  ['url:5000/repo', 'latest', 'Always'],
  ['root@sha256:7cc4b5aefd1d0cadf8d97d4350462ba51c694ebca145b08d7d41b41acc8db5aa', '', 'IfNotPresent'],
  ['UpperCase', '', 'IfNotPresent'],
])('the image %s has the tag "%s" and is pulled %s', (image, tag, policy) => {
  expect(imageTag(image)).toBe(tag)
  expect(pullPolicyOf(image)).toBe(policy)
})

/** pkg/apis/core/v1/defaults_test.go TestSetDefaultsPodResourceLimits and SetDefaults_ResourceList. */
test.each<[ResourceList, ResourceList]>([
  [{ cpu: '100m' }, { cpu: '100m' }],
  [{ cpu: '100u' }, { cpu: '1m' }],
  [{ memory: '0.0005' }, { memory: '1m' }],
  [{ memory: '1Gi', cpu: '1500001n' }, { memory: '1Gi', cpu: '2m' }],
])('resources %o are rounded up to %o', (given, rounded) => {
  expect(roundUpToMillis(given)).toEqual(rounded)
})
