/**
 * Models: what every application goes through: it is installed, restarted, scaled, loses a pod, its node is serviced
 * Reads: nothing
 * Writes: nothing
 * Omits: kinds of workloads that are not modelled
 */
import type { JsonObject, LabelSelector } from '#api/types'
import { selectorMatches } from '#api/selectors'
import { targetOf } from './kubectl-requests.js'
import { drainDefaults, type Target, type UserAction } from './user-actions.js'

interface Workload {
  readonly target: Target
  readonly replicas: number
  readonly labels: Readonly<Record<string, string>>
}

// A manifest as a user wrote it: any of it may be missing.
interface Manifest {
  readonly kind?: string
  readonly metadata?: { readonly namespace?: string }
  readonly spec?: {
    readonly replicas?: number
    readonly selector?: LabelSelector
    readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } }
  }
}

/** Deployments, and ReplicaSets of their own. */
function workloadsOf(objects: readonly JsonObject[], namespace: string): readonly Workload[] {
  return objects.flatMap((object) => {
    const { kind, spec } = object as Manifest
    if (kind !== 'Deployment' && kind !== 'ReplicaSet') return []
    const labels = spec?.template?.metadata?.labels ?? {}
    return [{ target: targetOf(object, namespace), replicas: spec?.replicas ?? 1, labels }]
  })
}

/** The first workload that a budget protects, else the first that has pods: where a drain tells the most. */
function drainedOf(
  objects: readonly JsonObject[], workloads: readonly Workload[], namespace: string,
): Workload | undefined {
  const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget')
  const isProtected = ({ target, labels }: Workload): boolean => budgets.some((budget) =>
    targetOf(budget, namespace).namespace === target.namespace
    && selectorMatches((budget as Manifest).spec?.selector, labels))
  const running = workloads.filter(({ replicas }) => replicas > 0)
  return running.find(isProtected) ?? running[0]
}

/**
 * Apply; then each workload in turn: restart, scale up by one and back, delete a pod; at last drain a node that runs
 * one of them, and uncordon it. `objects` are manifests as a user wrote them.
 */
export function defaultScenario(objects: readonly JsonObject[], namespace = 'default'): readonly UserAction[] {
  const workloads = workloadsOf(objects, namespace)
  const drained = drainedOf(objects, workloads, namespace)
  return [
    { do: 'apply', objects },
    ...workloads.flatMap(({ target, replicas }): readonly UserAction[] => [
      ...(target.resource === 'deployments' ? [{ do: 'restart' as const, target }] : []),
      { do: 'scale', target, replicas: replicas + 1 },
      { do: 'scale', target, replicas },
      ...(replicas === 0 ? [] : [
        { do: 'delete' as const, target: { of: target }, cascade: 'Background' as const, force: false },
      ]),
    ]),
    ...(drained === undefined ? [] : [
      { do: 'drain' as const, node: { of: drained.target }, ...drainDefaults },
      { do: 'uncordon' as const, node: { drained: true as const } },
    ]),
  ]
}
