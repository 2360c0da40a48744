/** Generated mutants that survive, and why. `npm run mutants` fails where this list is not true of the table. */
import type { Reason } from './table.js'

type Entry = readonly [name: string, reason: Reason]

const of = (kind: Reason['kind'], because: string, ...names: readonly string[]): readonly Entry[] =>
  names.map((name) => [name, { kind, because }])

const manager = (controller: string, ...sites: readonly string[]): readonly string[] =>
  sites.map((site) => `kube-controller-manager/${controller}${site}`)

const sentAgain: readonly Entry[] = [
  ...of('same end', 'the next event of the object, or the next write to it, brings its key back, and the request is sent then',
    ...manager('deployment', ': patch replicasets (dropped once)', ': update deployments/status (dropped once)',
      ': update replicasets (dropped once)'),
    ...manager('disruption', ': update poddisruptionbudgets/status (dropped once)'),
    ...manager('replicaset', ': update replicasets/status (dropped once)')),
  ...of('same end', 'the namespace is synced again for as long as anything is left in it',
    ...manager('namespace', ...['configmaps', 'deployments', 'endpointslices', 'pods', 'replicasets', 'serviceaccounts', 'services']
      .map((resource) => `: deletecollection ${resource} (dropped once)`))),
  ...of('same end', 'the garbage collector deletes them once their owners are gone',
    ...manager('namespace', ': deletecollection endpointslices (dropped always)', ': deletecollection replicasets (dropped always)')),
  ...of('unclaimed', 'the set is made by the next sync, after those of other Deployments: pods get other addresses',
    ...manager('deployment', ': create replicasets (dropped once)')),
  ...of('unclaimed', 'the set is scaled to its size by the next sync, so it has one generation more; a set that is too small for a '
    + 'moment is within every plan', ...manager('deployment', ': create replicasets spec.replicas (−1)')),
  ...of('unclaimed', 'the next status makes up for it; its patch leaves the members of conditions in another order, and empty ones',
    'kubelet: patch pods/status (dropped once)'),
  ...of('unclaimed', 'the dependent is looked at again when its owner goes in the other namespace, within the ten minutes that are allowed',
    ...manager('garbage-collector', ': delete secrets (dropped once)')),
  ...of('unclaimed', 'the node comes back with its next event, and gets the next free range',
    ...manager('node-ipam', ': patch nodes (dropped once)')),
  ...of('unclaimed', 'the next round says it; which node of a zone that is lost as a whole is tainted first is not promised',
    ...manager('node-lifecycle', ': update nodes/status (dropped once)', ': timer token (×0)')),
]

const bothWays = (name: string): readonly string[] => [`${name} (×0)`, `${name} (×2)`]

const onNodes: readonly Entry[] = [
  ...of('unclaimed', 'how soon the kubelet tries again is not promised, as long as it does',
    ...bothWays('kubelet: timer mount'), ...bothWays('kubelet: timer pull'), ...bothWays('kubelet: timer retry')),
  ...of('unclaimed', 'how soon the kubelet looks at what is used, and how long it goes by that, is not promised',
    ...bothWays('kubelet: timer gc'), ...bothWays('kubelet: timer look'), ...bothWays('kubelet: timer transition'),
    ...bothWays('kubelet: timer young'), 'kubelet: timer waited (×2)'),
  ...of('unclaimed', 'a probe that gets no answer fails some seconds earlier or later', ...bothWays('kubelet: timer timeout')),
  ...of('unclaimed', 'the node goes down at the end of its delay at the latest', 'kubelet shutdown: isStopped (negated)'),
  ...of('unclaimed', 'the kubelet goes by the file of a static pod, and not by what its mirror says',
    'kubelet: create pods spec.terminationGracePeriodSeconds (+1)', 'kubelet: create pods spec.terminationGracePeriodSeconds (−1)'),
  ...of('unclaimed', 'how soon a volume shows what its source is now is not promised, as long as it does', ...bothWays('kubelet: timer resync')),
  ...of('unclaimed', 'a token that lasts a second more is asked for again in time all the same',
    'kubelet: create serviceaccounts/token spec.expirationSeconds (+1)'),
  ...of('unclaimed', 'no claim looks at how the run before the last one ended',
    'kubelet: patch pods/status status.initContainerStatuses[].lastState.terminated.exitCode (+1)',
    'kubelet: patch pods/status status.initContainerStatuses[].lastState.terminated.exitCode (−1)'),
]

const passing: readonly Entry[] = [
  ...of('same end', 'what is left in a namespace is told by its conditions, which go with it; no claim looks at them meanwhile',
    ...manager('namespace', ' sync: hasNews (negated)', ': update namespaces/status (dropped always)',
      ': update namespaces/status (dropped once)')),
  ...of('same end', 'no pod is on its way out in the end, so that the number is nought there, and it cannot be less',
    ...manager('deployment', ': update deployments/status status.terminatingReplicas (−1)'),
    ...manager('replicaset', ': update replicasets/status status.terminatingReplicas (−1)')),
  ...of('same end', 'a pod that has ended goes at once, whatever grace period is asked for',
    ...manager('pod-gc', ': delete pods gracePeriodSeconds (+1)')),
  ...of('same end', 'the number is nought, and it cannot be less', ...manager('pod-gc', ': delete pods gracePeriodSeconds (−1)'),
    'kubelet: delete pods gracePeriodSeconds (−1)',
    'kubelet: patch pods/status status.initContainerStatuses[].state.terminated.exitCode (−1)'),
]

const guards: readonly Entry[] = [
  ...of('same end', 'it decides whether a Deployment is looked at once more, for Recreate; events of its sets do that as well',
    ...manager('deployment', ' counting: hasNoPods (negated)')),
  ...of('same end', 'it decides whether a sync that ended well is done once more, with a pause; that one finds nothing to do',
    ...manager('endpointslice', ' sync: hasFailed (negated)'),
    ...manager('garbage-collector', ' sync: hasFailed (negated)', ' sync: isUnfinished (negated)')),
  ...of('same end', 'what is left of the wait is over as well when nothing is outstanding any more',
    ...manager('garbage-collector', ' sync: isLast (negated)')),
  ...of('same end', 'dependents go in another order; that they go is claimed, and not which of them goes first',
    ...manager('garbage-collector', ' sync: mayBeCircular (negated)', ' sync: mustGoInForeground (negated)')),
  ...of('same end', 'a node that needs nothing is put among those that wait for a range, and is looked at when one is free',
    ...manager('node-ipam', ' sync: needsOne (negated)')),
  ...of('same end', 'a node with no taint to be taken off is greeted with nothing to do, which makes no request',
    ...manager('node-lifecycle', ' health: isNew (negated)')),
  ...of('unclaimed', 'labels are patched with none, which leaves an empty map behind',
    ...manager('node-lifecycle', ' sync: mustLabel (negated)')),
  ...of('unclaimed', 'creations go on after the first of a batch, with a sync in between: pods get other addresses',
    ...manager('replicaset', ' sync: hasFailed (negated)')),
  ...of('same end', 'the event that a pod is ready begins the wait for its availability as well',
    ...manager('replicaset', ' sync: awaitsAvailability (negated)')),
  ...of('same end', 'an instance that is not needed any more stays where it is, and does nothing',
    ...manager('taint-eviction', ' evict: mustWait (negated)')),
  ...of('same end', 'the rules are programmed after a pause of no length', 'kube-proxy sync: isSlow (negated)'),
  ...of('same end', 'a pod that could not be bound is gone in the only scenario that comes by', 'kube-scheduler binding: mustReport (negated)'),
  ...of('same end', 'kubectl looks whether the pod is gone, or tries again, more often than it has to',
    'kubectl evict: isGone (negated)', 'kubectl evict: isNudged (negated)'),
  ...of('same end', 'containers are told to stop only as the grace period ends, and are gone within it',
    'kubelet kill: mustWait (negated)'),
]

const twice = (name: string): readonly string[] => [`${name} (×0)`, `${name} (×2)`]

const timers: readonly Entry[] = [
  ...of('same end', 'it is only how soon a sync that could not be finished, or that has to wait, is done again',
    ...manager('deployment', ...twice(': timer enqueue')), ...manager('namespace', ...twice(': timer enqueue')),
    ...manager('endpointslice', ': timer enqueue (×2)'), ...manager('garbage-collector', ...twice(': timer enqueue')),
    ...manager('replicaset', ...twice(': timer enqueue'))),
  ...of('same end', 'it ends what a controller waits to see; in these scenarios it sees all of it',
    ...manager('replicaset', ...twice(': timer expectations'))),
  ...of('same end', 'pods that were marked to be disrupted are gone when it is looked whether they stayed',
    ...manager('disruption', ...twice(': timer stale'))),
  ...of('same end', 'a round that comes at once is one that was about to come, which the model draws as well',
    ...manager('node-lifecycle', ': timer round (×0)'), ...manager('pod-gc', ': timer gc (×0)')),
  ...of('same end', 'orphans are looked for again in the next round, so that 40 seconds pass all the same',
    ...manager('pod-gc', ': timer quarantined (×0)')),
  ...of('same end', 'it is later, and still within the minutes that claims allow for what may be late',
    ...manager('node-lifecycle', ': timer expired (×2)', ': timer round (×2)', ': timer token (×2)'),
    ...manager('pod-gc', ': timer gc (×2)', ': timer quarantined (×2)')),
  ...of('same end', 'it is only how often work may be done, and no claim says how busy a process may be',
    ...twice('kube-proxy: timer xstate.after.minSyncPeriod.syncProxyRules.pausing'), ...twice('kube-scheduler: timer backoff'),
    ...twice('kubectl: timer xstate.after.poll.evictPod.pausing'), ...twice('kubectl: timer xstate.after.retry.evictPod.retrying'),
    ...twice('kubelet: timer node-status'), ...twice('kubelet: timer reconcile')),
  ...of('same end', 'it matters to a preStop hook that takes nearly all of the grace period, of which no scenario has any',
    ...twice('kubelet: timer late')),
  ...of('same end', 'the hook takes ten seconds instead of five, of a grace period of thirty', 'kubelet: timer hooked (×2)'),
  ...of('same end', 'a pod is counted as available two seconds later', ...manager('replicaset', ': timer available (×2)')),
  ...of('unclaimed', 'probes are asked half as often: a pod is ready, or not, somewhat later', 'kubelet: timer tick (×2)'),
  ...of('same end', 'crashes are remembered for longer than any scenario runs', 'kubelet: timer stable (×2)'),
  ...of('unclaimed', 'it waits for longer between restarts, which no claim bounds from above', 'kubelet: timer backoff (×2)'),
  ...of('unclaimed', 'how long a pull takes is the profile of the image; pods are ready in another order', ...twice('kubelet: timer done')),
]

export const survivors: ReadonlyMap<string, Reason> = new Map([...sentAgain, ...onNodes, ...passing, ...guards, ...timers])
