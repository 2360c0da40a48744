/**
 * Models: a person who looks up a pod or a node with `kubectl get pods -o wide` before acting on it
 * Reads: what it is handed
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { LabelSelector, Pod } from '#api/types'
import { isPodActive } from '#api/pods'
import { compileSelector } from '#api/selectors'
import type { StoredObject } from '#machine/objects'
import { nameOf } from '#machine/objects'
import type { Call } from '#machine/process'
import { isOf, type Of, type UserAction } from './user-actions.js'

/** What the user has to look up by what it belongs to. */
export function lookupOf(action: UserAction): Of | undefined {
  if (action.do === 'delete') return isOf(action.target) ? action.target : undefined
  return 'node' in action && isOf(action.node) ? action.node : undefined
}

/** Whether the user means the node that was drained last. */
export const meansDrained = (action: UserAction): boolean => 'node' in action && 'drained' in action.node

export function getWorkload({ of: { resource, namespace, name } }: Of): Call {
  return { verb: 'get', resource, key: namespace === undefined ? name : `${namespace}/${name}` }
}

export const listPods = ({ of: { namespace } }: Of): Call => ({ verb: 'list', resource: 'pods', key: namespace ?? '' })

/** What there is to choose from, oldest pod first: pods for a delete, else their nodes. */
export function choicesOf(action: UserAction, workload: StoredObject, pods: readonly Pod[]): readonly string[] {
  const { spec } = workload as { readonly spec?: { readonly selector?: LabelSelector } } // a workload has one
  const matches = compileSelector(spec?.selector)
  const own = pods.filter((pod) => isPodActive(pod) && matches(pod.metadata.labels))
  if (action.do === 'delete') return own.map(nameOf)
  return [...new Set(own.map(({ spec }) => spec.nodeName ?? '').filter((name) => name !== ''))]
}
