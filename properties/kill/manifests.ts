/** Manifests as a person writes them, in short: for scenarios that are small on purpose. */
import type { JsonObject } from '#api/types'
import type { Target, UserAction } from '#models/client/user-actions'
import type { Profile } from '#models/node/profile'
import { buildNode } from '#models/node-lifecycle/nodes'
import type { Schedule } from '#checker/schedule'
import type { Scenario } from '../scenario.js'

export interface Written {
  readonly replicas?: number
  /** Of the spec, beside replicas, selector and template. */
  readonly spec?: JsonObject
  /** Of the pods' spec, beside their one container. */
  readonly pod?: JsonObject
  /** Of the container, beside name, image and port. */
  readonly container?: JsonObject
}

const sleeps = { preStop: { sleep: { seconds: 5 } } }

/** Ready when it answers, and stops only once nobody sends to it any more. */
export const wellBehaved: JsonObject =
  { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 }, lifecycle: sleeps }

/** A pod's template with one container; its image is `<name>:1`. */
export const template = (name: string, { pod, container }: Written = {}): JsonObject => ({
  metadata: { labels: { app: name } },
  spec: {
    ...pod,
    containers: [{ name: 'main', image: `${name}:1`, ports: [{ name: 'http', containerPort: 8080 }], ...container }],
  },
})

export const deployment = (name: string, written: Written = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: written.replicas ?? 2, selector: { matchLabels: { app: name } }, ...written.spec, template: template(name, written),
  },
})

export const bounds = (maxSurge: number | string, maxUnavailable: number | string): JsonObject =>
  ({ strategy: { rollingUpdate: { maxSurge, maxUnavailable } } })

export const pod = (name: string, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name }, ...metadata },
  spec: { containers: [{ name: 'main', image: `${name}:1` }], ...spec },
})

export const service = (name: string, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
})

export const budget = (name: string, bound: JsonObject): JsonObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { ...bound, selector: { matchLabels: { app: name } } },
})

export const namespace = (name: string): JsonObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

export const inNamespace = (name: string, object: JsonObject): JsonObject =>
  ({ ...object, metadata: { ...object['metadata'] as JsonObject, namespace: name } }) // every object above has it

export const target = (resource: string, name: string, at = 'default'): Target => ({ resource, namespace: at, name })

export const apply = (...objects: readonly JsonObject[]): UserAction => ({ do: 'apply', objects })

export const setImage = (name: string, version: number): UserAction =>
  ({ do: 'set-image', target: target('deployments', name), images: { '*': `${name}:${version}` } })

export const scale = (name: string, replicas: number): UserAction =>
  ({ do: 'scale', target: target('deployments', name), replicas })

export const deletePodOf = (name: string): UserAction =>
  ({ do: 'delete', target: { of: target('deployments', name) }, cascade: 'Background', force: false })

export const deleteNamed = (
  resource: string, name: string, cascade: 'Background' | 'Foreground' | 'Orphan' = 'Background', at = 'default',
): UserAction => ({ do: 'delete', target: target(resource, name, at), cascade, force: false })

/** An order in which one offer comes late: `ms` later, or at the end of the instant. */
export const late = (channel: string, nth: number, ms = 0): Schedule => ({ deviations: [{ kind: 'hold', channel, nth, ms }] })

export interface Setting {
  readonly nodes?: number
  readonly cpu?: string
  readonly profiles?: Readonly<Record<string, Profile>>
}

export const scenarioOf = ({ nodes = 2, cpu, profiles = {} }: Setting, ...script: readonly UserAction[]): Scenario => ({
  nodes: Array.from({ length: nodes }, (_, index) =>
    buildNode(index, { podCidr: true, zone: `zone-${'abc'[index % 3]!}`, ...(cpu === undefined ? {} : { cpu }) })),
  script,
  profiles,
  mutants: [],
})
