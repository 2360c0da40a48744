import * as either from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { admitCreate, admitUpdate, groupKind } from '#api/admit'
import { decode, decodeKind, eviction, isModelledKind } from '#api/codecs'
import type { Json } from '#api/types'
import { errorText, validatePodStatusUpdate } from '#api/validation'

const right = <A>(result: either.Either<unknown, A>): A => {
  if (either.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const web = {
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] } },
  },
}

describe('decoding', () => {
  const refusals = (json: Json): readonly string[] => {
    const decoded = decodeKind('Deployment', json)
    return either.isLeft(decoded) ? decoded.left.map(errorText) : []
  }

  test('names every value of a wrong type by its path', () => {
    expect(refusals({ spec: { replicas: '3', template: { spec: { containers: [{ name: 1 }], volumes: 'x' } } } })).toEqual([
      'spec.replicas: Invalid value: "3": json: cannot unmarshal string into Go struct field ' +
        'DeploymentSpec.spec.replicas of type int32',
      'spec.template.spec.containers[0].name: Invalid value: 1: json: cannot unmarshal number into Go struct ' +
        'field Container.spec.template.spec.containers.name of type string',
      'spec.template.spec.volumes: Invalid value: "x": json: cannot unmarshal string into Go struct field ' +
        'PodSpec.spec.template.spec.volumes of type []v1.Volume',
    ])
  })

  test('takes null for absent, and leaves alone what it does not know', () => {
    expect(right(decodeKind('Pod', { metadata: null, spec: { unknown: { a: [1] } } })))
      .toEqual({ spec: { unknown: { a: [1] } } })
  })

  test('spells quantities canonically', () => {
    const pod = right(decodeKind('Pod', { spec: { containers: [{ resources: { limits: { cpu: 0.5, memory: '1024Mi' } } }] } }))
    expect(pod.spec?.containers?.[0]?.resources?.limits).toEqual({ cpu: '500m', memory: '1Gi' })
  })

  test('returns what it was given when there is nothing to change', () => {
    expect(right(decodeKind('Deployment', web))).toBe(web)
  })

  test('reads subresources too', () => {
    expect(right(decode(eviction, { deleteOptions: { gracePeriodSeconds: 0 } }))).toMatchObject(
      { deleteOptions: { gracePeriodSeconds: 0 } })
  })
})

describe('a create', () => {
  test('stores the object defaulted, with an empty status and the first generation', () => {
    expect(right(admitCreate('Deployment', { ...web, status: { replicas: 9 } }))).toMatchObject({
      apiVersion: 'apps/v1', kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default', uid: '', generation: 1 },
      spec: { replicas: 1 },
      status: { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, unavailableReplicas: 0 },
    })
  })

  test('may leave the name to the server', () => {
    const pod = right(admitCreate('Pod', { metadata: { generateName: 'p-' }, spec: web.spec.template.spec }, 'shop'))
    expect(pod.metadata).toMatchObject({ name: '', generateName: 'p-', namespace: 'shop' })
    expect(pod.status).toEqual({ phase: 'Pending' })
  })

  test('keeps the status of a node, which comes with it', () => {
    const node = right(admitCreate('Node', { metadata: { name: 'n' }, status: { capacity: { cpu: '4' } } }))
    expect(node.status.allocatable).toEqual({ cpu: '4' })
  })

  test('of the wrong shape is a bad request', () => {
    expect(admitCreate('Deployment', { spec: { replicas: 'x' } })).toMatchObject(either.left({
      code: 400, reason: 'BadRequest',
      message: 'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string ' +
        'into Go struct field DeploymentSpec.spec.replicas of type int32',
    }))
  })

  test('that is invalid says so for its kind and name', () => {
    expect(admitCreate('Deployment', { ...web, spec: { ...web.spec, replicas: -1 } })).toMatchObject(either.left({
      code: 422, reason: 'Invalid', message: 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: ' +
        'must be greater than or equal to 0',
    }))
  })
})

describe('an update', () => {
  const stored = right(admitCreate('Deployment', web))

  test('keeps the stored status', () => {
    const scaled = right(admitUpdate('Deployment', {
      ...stored, spec: { ...stored.spec, replicas: 3 }, status: { replicas: 7 },
    }, stored))
    expect(scaled.spec.replicas).toBe(3)
    expect(scaled.status).toBe(stored.status)
  })

  test('cannot change what a Deployment selects', () => {
    const labels = { app: 'other' }
    const changed = {
      ...stored,
      spec: {
        ...stored.spec, selector: { matchLabels: labels },
        template: { ...stored.spec.template, metadata: { labels } },
      },
    }
    expect(admitUpdate('Deployment', changed, stored)).toMatchObject(either.left({
      reason: 'Invalid', message: 'Deployment.apps "web" is invalid: spec.selector: Invalid value: ' +
        '{"matchLabels":{"app":"other"}}: field is immutable',
    }))
  })
})

describe('the status of a pod', () => {
  const pod = right(admitCreate('Pod', {
    metadata: { name: 'p' }, spec: { ...web.spec.template.spec, restartPolicy: 'Never' },
  }))
  const status = (state: { readonly terminated?: { readonly exitCode: number }; readonly running?: object }) => ({
    phase: 'Running' as const,
    containerStatuses: [{ name: 'app', state, ready: false, restartCount: 0, image: 'nginx:1.27' }],
  })

  test('cannot bring a container back that is never restarted', () => {
    const ended = { ...pod, status: status({ terminated: { exitCode: 0 } }) }
    expect(validatePodStatusUpdate({ ...pod, status: status({ running: {} }) }, ended).map(errorText)).toEqual([
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ])
    expect(validatePodStatusUpdate(ended, ended)).toEqual([])
  })
})

test('kinds are known by name, with their group', () => {
  expect(isModelledKind('Deployment')).toBe(true)
  expect(isModelledKind('toString')).toBe(false)
  expect([groupKind('Pod'), groupKind('Deployment'), groupKind('EndpointSlice')])
    .toEqual(['Pod', 'Deployment.apps', 'EndpointSlice.discovery.k8s.io'])
})
