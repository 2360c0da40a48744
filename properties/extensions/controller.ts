/** A user's own controller: what it watches, and an async function that reconciles one key. See docs/operators.md. */
import { compileLabelMap } from '#api/selectors'
import { ControllerError } from '#machine/controller-error'
import type { StoredObject } from '#machine/objects'
import { Oracle } from '#machine/oracle'
import type { Process } from '#machine/process'
import { userController, type Watching } from '#models/extensions/user-controller'
import { processes } from '#models/kubernetes'
import { evaluation, type Reconcile } from './evaluate.js'

export interface ControllerOptions extends Watching {
  /** What it is called in timelines and traces: `site-operator`. */
  readonly name: string
  /**
   * Called with each key of the queue. A function of its request and of what its client answers, and of nothing else. Where
   * it throws, the key is tried again with back-off.
   */
  readonly reconcile: Reconcile
}

export interface OwnController {
  readonly name: string
  /** The resource that it is about. */
  readonly for: string
  /** Whether an object of that resource is one of those that it is about. */
  readonly concerns: (object: StoredObject) => boolean
  readonly process: Process
  readonly oracle: Oracle
  /** What it was made of. */
  readonly options: ControllerOptions
}

/** Makes a controller of a function. Throws a ControllerError where it cannot be one. */
export function controller(options: ControllerOptions): OwnController {
  const { name, reconcile, ...watching } = options
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) || processes.some(({ kind }) => kind === name)) {
    throw new ControllerError('E_CONTROLLER_DEFINITION', 'this is no name for a controller',
      'Use lower-case letters, digits and "-", and no name of a component of Kubernetes.', name)
  }
  if (typeof reconcile !== 'function') {
    throw new ControllerError('E_CONTROLLER_DEFINITION', 'it has no function "reconcile"',
      'Give it one: async reconcile(request, client) { … }.', name)
  }
  const { for: resource, labels = {}, owns = [], watches = [], serviceAccount = 'default/default' } = watching
  if (!/^[^/]+\/[^/]+$/.test(serviceAccount)) {
    throw new ControllerError('E_CONTROLLER_DEFINITION', `"${serviceAccount}" is no ServiceAccount`,
      'Write its namespace and its name: "default/operator".', name)
  }
  const watched = new Set([resource, ...owns, ...watches.map((watch) => watch.resource)])
  const oracle = new Oracle(name, evaluation(name, reconcile, watched))
  const concerns = ({ metadata }: StoredObject): boolean => compileLabelMap(labels)(metadata.labels ?? {})
  return { name, for: resource, concerns, process: userController(oracle, watching), oracle, options }
}
