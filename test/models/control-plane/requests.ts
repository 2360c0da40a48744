/** An API server and requests to it, for tests of what it answers and stores. */
import type { Pod, ReplicaSet } from '#api/types'
import { objectKey, type StoredObject } from '#machine/objects'
import type { ApiRequest, ApiResponse } from '#machine/request'
import { handle } from '#models/control-plane/api-server'
import { build } from '../../support/drive.js'

const labels = { app: 'web' }
const template = {
  metadata: { labels },
  spec: { containers: [{ name: 'web', image: 'web:1' }], terminationGracePeriodSeconds: 30 },
}

export const set = (more: object = {}): object => ({
  apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web', namespace: 'shop', ...more },
  spec: { replicas: 1, selector: { matchLabels: labels }, template },
})

export const pod = (metadata: object = { name: 'web' }, spec: object = {}): object =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', labels, ...metadata }, spec: { ...template.spec, ...spec } })

export const remove = (resource: string, key: string, body?: object, more: object = {}): ApiRequest =>
  ({ verb: 'delete', resource, key, ...(body === undefined ? {} : { body }), ...more })

/** An API server alone, with namespace `shop`. */
export class Server {
  readonly world = build([]).world

  constructor() {
    this.must({ verb: 'create', resource: 'namespaces', key: '', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } } })
  }

  ask(request: ApiRequest): ApiResponse {
    let answer: ApiResponse = { ok: true }
    this.world.perform((cells) => { answer = handle(cells, request) })
    return answer
  }

  must(request: ApiRequest): StoredObject {
    const answer = this.ask(request)
    if (!answer.ok) throw new Error(answer.status.message)
    return answer.object as StoredObject // whatever was asked for
  }

  /** Reason and message of the refusal. */
  refusal(request: ApiRequest): string {
    const answer = this.ask(request)
    return answer.ok ? 'accepted' : `${answer.status.reason} ${answer.status.message}`
  }

  get(resource: string, key: string): StoredObject | undefined {
    return this.world.store.get(objectKey(resource, key)) as StoredObject | undefined // by resource
  }

  createPod(metadata?: object, spec?: object): Pod {
    return this.must({ verb: 'create', resource: 'pods', key: 'shop', body: pod(metadata, spec) }) as Pod
  }

  createSet(more?: object): ReplicaSet {
    return this.must({ verb: 'create', resource: 'replicasets', key: 'shop', body: set(more) }) as ReplicaSet
  }
}
