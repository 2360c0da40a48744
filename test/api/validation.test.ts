import * as either from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { decodeKind } from '#api/codecs'
import { setDefaults } from '#api/defaults'
import type { Input, Json, ModelledKind, ModelledKinds } from '#api/types'
import { errorText, validateCreate, validateUpdate } from '#api/validation'
import { bases, changed, recorded } from './recorded.js'

type Case = {
  readonly base: string
  readonly op: 'create' | 'update'
  readonly set: string
  readonly to?: Json
  readonly errors?: readonly string[]
  readonly refused?: boolean
}

const read = <Kind extends ModelledKind>(kind: Kind, json: Json): Input<ModelledKinds[Kind]> | undefined => {
  const decoded = decodeKind(kind, json)
  return either.isLeft(decoded) ? undefined : setDefaults(kind, decoded.right)
}

/** What we say, sorted: Go walks maps in no order. Undefined where the object does not decode. */
function judge({ base, op, set, to }: Case): readonly string[] | undefined {
  const before = bases[base] ?? {}
  const kind = before.kind as ModelledKind // every base is of a modelled kind
  const object = read(kind, changed(before, set, to))
  if (object === undefined) return undefined
  const old = read(kind, before)
  const errors = op === 'create' || old === undefined ? validateCreate(kind, object)
    : validateUpdate(kind, kind === 'Pod' && 'status' in old ? { ...object, status: old.status } : object, old)
  return errors.map(errorText).sort()
}

/** One path for all cases of one field, so that a run names what differs and not 700 green lines. */
function byField(): ReadonlyMap<string, readonly Case[]> {
  const groups = new Map<string, Case[]>()
  for (const one of recorded<Case>('validation.jsonl')) {
    const name = `${String(bases[one.base]?.kind)} ${one.op} ${one.set}`
    groups.set(name, [...(groups.get(name) ?? []), one])
  }
  return groups
}

describe('the API server refuses an object in upstream words', () => {
  for (const [name, cases] of byField()) {
    test(name, () => {
      for (const one of cases) {
        expect(judge(one), JSON.stringify(one.to))
          .toEqual(one.refused === true ? undefined : [...(one.errors ?? [])].sort())
      }
    })
  }
})

const deployment = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] } },
  },
}

const errorsOf = (kind: ModelledKind, json: Json): readonly string[] => {
  const object = read(kind, json)
  return object === undefined ? ['does not decode'] : validateCreate(kind, object).map(errorText)
}

describe('a Deployment', () => {
  test('that is well formed is accepted', () => {
    expect(errorsOf('Deployment', deployment)).toEqual([])
  })

  test('cannot have less than no replicas', () => {
    expect(errorsOf('Deployment', changed(deployment, 'spec.replicas', -1)))
      .toEqual(['spec.replicas: Invalid value: -1: must be greater than or equal to 0'])
  })

  test('must select its own pods', () => {
    expect(errorsOf('Deployment', changed(deployment, 'spec.selector.matchLabels', { app: 'db' }))).toEqual([
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ])
  })

  test('must be able to go one way or the other in a rollout', () => {
    expect(errorsOf('Deployment', changed(deployment, 'spec.strategy', {
      rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' },
    }))).toEqual(['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": ' +
      'may not be 0 when `maxSurge` is 0'])
  })
})

describe('where this project departs from upstream validation', () => {
  test('a health check port that nobody chose is allocated after validation, so it is not asked for', () => {
    expect(errorsOf('Service', {
      metadata: { name: 'web', namespace: 'default' },
      spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] },
    })).toEqual([])
  })

  test('a projected token needs no service account name, which admission would set first', () => {
    expect(errorsOf('Pod', {
      metadata: { name: 'p', namespace: 'default' },
      spec: {
        containers: [{ name: 'app', image: 'a:1' }],
        volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }],
      },
    })).toEqual([])
  })

  test('an update needs no resource version: inside a World an object\'s version is its value', () => {
    const old = read('ConfigMap', { metadata: { name: 'c', namespace: 'default', uid: 'u' } }) ?? {}
    expect(validateUpdate('ConfigMap', { ...old, data: { a: 'b' } }, old)).toEqual([])
  })
})
