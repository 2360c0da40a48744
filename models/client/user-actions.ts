/**
 * Models: the commands of kubectl that change a cluster, as data (staging/src/k8s.io/kubectl/pkg/cmd), and what is done on
 *   a node's own machine
 * Reads: nothing
 * Writes: nothing
 * Omits: commands that only look; server-side apply, `replace`, `edit`, `run`, `expose`, `autoscale`, `annotate`
 */
import type { DeletionPropagation, Json, JsonObject } from '#api/types'
import type { ShutdownConfig } from '../node/node-shutdown-decisions.js'

/** One object, by its resource; no namespace for cluster-scoped resources. */
export interface Target {
  readonly resource: string
  readonly namespace?: string
  readonly name: string
}

/** A pod of a workload, or the node that one of its pods is on: looked up when the user acts. */
export interface Of {
  readonly of: Target
}

/** A node by name, by what runs there, or the one that this user drained last. */
export type NodeChoice = { readonly name: string } | Of | { readonly drained: true }

/** The machine of a node: by its name, or of the node that this user drained last. */
export type Machine = Exclude<NodeChoice, Of>

/** `kubectl drain --ignore-daemonsets --delete-emptydir-data --force`, unless said otherwise. */
export interface DrainOptions {
  readonly ignoreDaemonSets: boolean
  readonly deleteEmptyDirData: boolean
  readonly force: boolean
  /** Deletes the pods without asking for an eviction. */
  readonly disableEviction: boolean
  /** Seconds; the pods' own where absent. */
  readonly gracePeriod?: number
  /** Seconds after which drain gives up; absent: never. */
  readonly timeout?: number
}

export const drainDefaults: DrainOptions =
  { ignoreDaemonSets: true, deleteEmptyDirData: true, force: true, disableEviction: false }

export type PatchType = 'strategic' | 'merge' | 'json'

export type UserAction =
  /** Objects as a user wrote them: nothing defaulted. `files` says where they come from. */
  | { readonly do: 'apply' | 'create'; readonly files?: readonly string[]; readonly objects: readonly JsonObject[] }
  | { readonly do: 'patch'; readonly target: Target; readonly type: PatchType; readonly patch: Json }
  | { readonly do: 'scale'; readonly target: Target; readonly replicas: number }
  /** Container to image; `*` is every container. */
  | { readonly do: 'set-image'; readonly target: Target; readonly images: Readonly<Record<string, string>> }
  | { readonly do: 'restart' | 'pause' | 'resume'; readonly target: Target }
  | { readonly do: 'undo'; readonly target: Target; readonly toRevision?: number }
  /** The next action does not wait until the object is gone: `--wait=false`. */
  | {
    readonly do: 'delete'; readonly target: Target | Of; readonly cascade: DeletionPropagation
    readonly gracePeriod?: number; readonly force: boolean
  }
  | ({ readonly do: 'drain'; readonly node: NodeChoice } & DrainOptions)
  | { readonly do: 'cordon' | 'uncordon'; readonly node: NodeChoice }
  /** `null` removes a label. */
  | { readonly do: 'label'; readonly target: Target; readonly labels: Readonly<Record<string, string | null>> }
  /** `key=value:Effect`, `key:Effect`, and with a `-` at the end what is to go. */
  | { readonly do: 'taint'; readonly node: NodeChoice; readonly taints: readonly string[] }
  /** Exited containers are removed behind the kubelet's back. */
  | { readonly do: 'prune' | 'kill-pause'; readonly node: Machine }
  /** `config` is the kubelet's, seconds. */
  | { readonly do: 'shutdown'; readonly node: Machine; readonly config: ShutdownConfig }

export type MachineAction = Extract<UserAction, { readonly do: 'prune' | 'kill-pause' | 'shutdown' }>

/** Whether it is done on a node's machine, past the API server. */
export const isOnMachine = (action: UserAction): action is MachineAction =>
  action.do === 'prune' || action.do === 'kill-pause' || action.do === 'shutdown'

export const isOf = (target: Target | NodeChoice | Of): target is Of => 'of' in target

const inNamespace = (target: Target): string =>
  (target.namespace === undefined || target.namespace === 'default' ? '' : ` -n ${target.namespace}`)

const named = (target: Target): string => `${target.resource}/${target.name}${inNamespace(target)}`

const node = (choice: NodeChoice): string =>
  ('name' in choice ? choice.name : 'of' in choice ? `(a node of ${named(choice.of)})` : '(the drained node)')

const objects = (list: readonly JsonObject[], files: readonly string[] | undefined): string =>
  (files !== undefined && files.length > 0 ? files.map((file) => `-f ${file}`).join(' ')
    : `(${list.length} ${list.length === 1 ? 'object' : 'objects'})`)

const seconds = (flag: string, value: number | undefined): string => (value === undefined ? '' : ` --${flag}=${value}`)

const drainFlags = (options: DrainOptions): string => [
  options.ignoreDaemonSets ? ' --ignore-daemonsets' : '', options.deleteEmptyDirData ? ' --delete-emptydir-data' : '',
  options.force ? ' --force' : '', options.disableEviction ? ' --disable-eviction' : '',
  seconds('grace-period', options.gracePeriod), options.timeout === undefined ? '' : ` --timeout=${options.timeout}s`,
].join('')

const cascadeFlag = (cascade: DeletionPropagation): string =>
  (cascade === 'Background' ? '' : ` --cascade=${cascade.toLowerCase()}`)

function words(action: UserAction): string {
  switch (action.do) {
    case 'apply': case 'create': return `${action.do} ${objects(action.objects, action.files)}`
    case 'patch': return `patch ${named(action.target)} --type=${action.type} -p '${JSON.stringify(action.patch)}'`
    case 'scale': return `scale ${named(action.target)} --replicas=${action.replicas}`
    case 'set-image': return `set image ${named(action.target)} ` +
      Object.entries(action.images).map(([name, image]) => `${name}=${image}`).join(' ')
    case 'restart': case 'pause': case 'resume': return `rollout ${action.do} ${named(action.target)}`
    case 'undo': return `rollout undo ${named(action.target)}${seconds('to-revision', action.toRevision)}`
    case 'delete': {
      const { target, cascade, gracePeriod, force } = action
      return `delete ${isOf(target) ? `(a pod of ${named(target.of)})` : named(target)}${cascadeFlag(cascade)}` +
        `${seconds('grace-period', gracePeriod)}${force ? ' --force' : ''}`
    }
    case 'drain': return `drain ${node(action.node)}${drainFlags(action)}`
    case 'cordon': case 'uncordon': return `${action.do} ${node(action.node)}`
    case 'label': return `label ${named(action.target)} ` +
      Object.entries(action.labels).map(([name, value]) => (value === null ? `${name}-` : `${name}=${value}`)).join(' ')
    case 'taint': return `taint nodes ${node(action.node)} ${action.taints.join(' ')}`
    case 'prune': return 'crictl rm --all'
    case 'kill-pause': return 'pkill -KILL -x pause'
    case 'shutdown': return 'systemctl poweroff'
  }
}

/** The command that a person would type. */
export const commandOf = (action: UserAction): string =>
  `${isOnMachine(action) ? `ssh ${node(action.node)}` : 'kubectl'} ${words(action)}`
