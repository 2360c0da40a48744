/**
 * The contract of a process: something that really runs (a controller, the scheduler, a kubelet), as charts.
 * It remembers only what the real one keeps in memory, in cells of its own; a restart forgets them.
 */
import type { Cells, Key } from '#kernel/cells'
import type { Chart, ChartEvent } from './chart.js'
import type { ApiRequest } from './request.js'
import type { View } from './view.js'
import type { WatchEvent } from './watch.js'

/** One resource that a process watches. */
export interface Watch {
  readonly resource: string
  /** A field selector for this instance of the process: `spec.nodeName=node-1`. */
  readonly selector?: (process: string) => string
  /**
   * `cache`: its first list after a start has `resourceVersion=0`, the API server's watch cache, however old. By default
   * it is as new as etcd, as client-go 0.36 lists.
   */
  readonly lists?: 'cache'
}

export interface Process {
  /** The real binary's name, then the controller: `kubelet`, `kube-controller-manager/replicaset`. */
  readonly kind: string
  readonly watches: readonly Watch[]
  /** Charts by name. An instance is the cell `chart|<process>|<chart>:<what it is about>`. */
  readonly charts: Readonly<Record<string, Chart>>
  /** What its charts can say beyond `call`, `arm` and the like, and what carries it out. */
  readonly effects?: Readonly<Record<string, Effect>>
  /** An event reached its reflector: the informer's handlers. */
  onWatch?(context: Context, event: WatchEvent): void
  /** A list was answered after a restart or a broken stream: the cache was replaced as a whole. */
  onReplaced?(context: Context, resource: string, missed: readonly WatchEvent[]): void
  /** A deadline ended that belongs to no chart instance. */
  onTimer?(context: Context, owner: string, name: string): void
  /** The process begins, for the first time or after a restart (its caches are synced by then). */
  onStart?(context: Context): void
  /** Cells of this instance that die with it, beside its charts, requests and deadlines. */
  memory?(process: string): readonly Key<unknown>[]
  /** Prefixes of the cells that its Steps may read and write; checked at every Step while testing. */
  readonly reads?: readonly string[]
  readonly writes?: readonly string[]
}

/** Carries out what a chart said. */
export type Effect = (context: Context, params: never) => void

/** Where a Step of a process stands: its cells, its cached view, and the chart instance it is about. */
export interface Context {
  readonly cells: Cells
  readonly process: string
  /** The instance: `sync:default/web`; `''` for the process itself. */
  readonly owner: string
  readonly view: View
  readonly runtime: Runtime
}

/** What processes are there. `kubelet/node-1` is an instance of `kubelet`. */
export interface Runtime {
  processOf(id: string): Process | undefined
  context(cells: Cells, process: string, owner: string): Context
  /** Sends an event to a chart instance, which begins in its initial state where there is none yet. */
  send(context: Context, event: ChartEvent): void
}

/** The request's place among what one instance has outstanding at once. */
export interface Call extends ApiRequest {
  readonly slot?: string
}
