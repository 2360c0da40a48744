/** A World with kube-scheduler and an API server, judged while it is driven promptly, but for what is held back. */
import type { Node, Pod } from '#api/types'
import type { Claim, Ending } from '#checker/claim'
import { Judge } from '#checker/judge'
import type { World } from '#cluster/world'
import type { Store } from '#kernel/store'
import type { ApiRequest, ApiResponse } from '#machine/request'
import { relist } from '#models/client/reflector'
import { handle } from '#models/control-plane/api-server'
import { put } from '#models/control-plane/etcd'
import { kubernetes } from '#models/kubernetes'
import type { Mutant } from '#models/mutants'
import { claims as schedulingClaims } from '#properties/scheduling/index'
import { build, get } from '../../support/drive.js'

export interface NodeOptions {
  readonly cpu?: string
  readonly memory?: string
  readonly pods?: string
  readonly labels?: Node['metadata']['labels']
  readonly taints?: Node['spec']['taints']
  readonly unschedulable?: boolean
  readonly allocatable?: Node['status']['allocatable']
}

export function node(name: string, options: NodeOptions = {}): Node {
  const { cpu = '4', memory = '8Gi', pods = '110', labels, taints, unschedulable, allocatable } = options
  return {
    apiVersion: 'v1', kind: 'Node',
    metadata: { name, uid: `Node:${name}`, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: { ...(taints === undefined ? {} : { taints }), ...(unschedulable === true ? { unschedulable } : {}) },
    status: { allocatable: { cpu, memory, pods, ...allocatable } },
  }
}

export interface PodOptions {
  readonly labels?: Pod['metadata']['labels']
  readonly namespace?: string
  readonly requests?: Readonly<Record<string, string>>
  readonly limits?: Readonly<Record<string, string>>
  readonly spec?: Partial<Pod['spec']>
}

export function pod(name: string, { labels = { app: 'web' }, namespace = 'default', requests, limits, spec }: PodOptions = {}): Pod {
  const resources = { ...(requests === undefined ? {} : { requests }), ...(limits === undefined ? {} : { limits }) }
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name, namespace, uid: `Pod:${namespace}/${name}`, labels },
    spec: {
      containers: [{ name: 'main', image: 'app', imagePullPolicy: 'IfNotPresent', resources }],
      restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', securityContext: {},
      schedulerName: 'default-scheduler', ...spec,
    },
    status: { phase: 'Pending' },
  }
}

/** Required anti-affinity of pods with this label towards each other, by host. */
export const apart = (app: string, topologyKey = 'kubernetes.io/hostname'): Partial<Pod['spec']> => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app } }, topologyKey }] } },
})

export class Cluster {
  readonly world: World
  readonly judge: Judge
  private readonly kubernetes
  private steps = 0
  private now = 0

  constructor(
    nodes: readonly Node[] = [], mutants: readonly Mutant[] = [], store?: Store,
    claims: readonly Claim[] = schedulingClaims,
  ) {
    const machinery = kubernetes((all) => mutants.reduce((processes, mutant) => mutant.apply(processes), all))
    const bench = build(['kube-scheduler'], machinery, store)
    this.world = bench.world
    this.kubernetes = bench.kubernetes
    this.judge = new Judge(this.world, claims, () => false)
    for (const one of nodes) this.add(one)
  }

  /** Stores a node as it is, without what admission would add. */
  add(one: Node): this {
    this.world.perform((cells) => put(cells, 'nodes', undefined, one))
    return this
  }

  api(request: ApiRequest): ApiResponse {
    let response: ApiResponse | undefined
    this.world.perform((cells) => { response = handle(cells, request) })
    if (response?.ok !== true) throw new Error(response?.status.message ?? 'no answer')
    return response
  }

  create(...pods: readonly Pod[]): this {
    for (const one of pods) {
      this.api({ verb: 'create', resource: 'pods', key: one.metadata.namespace, body: { ...one, metadata: { ...one.metadata, uid: undefined } } })
    }
    return this
  }

  patch(resource: 'pods' | 'nodes' | 'namespaces', key: string, patch: unknown, subresource?: string): this {
    this.api({
      verb: 'patch', resource, key, body: { type: 'merge', patch },
      ...(subresource === undefined ? {} : { subresource }),
    })
    return this
  }

  remove(resource: 'pods' | 'nodes', key: string, body: unknown = { gracePeriodSeconds: 0 }): this {
    this.api({ verb: 'delete', resource, key, body })
    return this
  }

  /** The stream of one resource breaks, and what was on its way is only seen by its result. */
  relist(resource: string): this {
    this.world.perform((cells) => relist(cells, this.kubernetes.runtime, 'kube-scheduler', resource, 'api-1'))
    return this
  }

  /** Goes on until nothing is left, the time is up, or only what is held back is left at this instant. */
  settle({ until = Infinity, held = () => false }: { until?: number; held?: (choice: string) => boolean } = {}): string[] {
    const labels: string[] = []
    for (;;) {
      const choice = [...this.world.agenda].find((one) => !held(one))
      if (choice !== undefined) {
        labels.push(this.world.label(choice))
        this.world.take(choice)
        this.judge.after(choice, ++this.steps)
        if (labels.length > 20_000) throw new Error(`still busy: ${labels.slice(-20).join('\n')}`)
        continue
      }
      const next = this.world.nextDeadline
      if (next === undefined || next > this.now + until) {
        this.now = this.world.now
        return labels
      }
      this.world.advance(next)
    }
  }

  /** Settles, and has the claims about the end judged. */
  end(ending: Ending = 'quiescent'): this {
    this.settle()
    this.judge.settled(ending)
    return this
  }

  get broken(): readonly string[] {
    return [...new Set(this.judge.violations.map(({ claim }) => claim))].sort()
  }

  pod(name: string): Pod | undefined {
    return get(this.world, 'pods', name.includes('/') ? name : `default/${name}`)
  }

  /** Where a pod is bound. */
  placeOf(name: string): string | undefined {
    return this.pod(name)?.spec.nodeName
  }

  /** What a pod was told about its scheduling. */
  told(name: string): string | undefined {
    const condition = this.pod(name)?.status.conditions?.find(({ type }) => type === 'PodScheduled')
    return condition?.message ?? condition?.status
  }

  memory(): Record<string, unknown> {
    const keys = [...this.world.store.keys()].filter((key) => /^(memory|schedule|chart|request)\|kube-scheduler/.test(key))
    return Object.fromEntries(keys.sort().map((key) => [key, this.world.store.get(key)]))
  }
}
