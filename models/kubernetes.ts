/**
 * The whole of Kubernetes as one table: every process that runs, and every channel by which something can happen.
 * The cluster is handed this; it imports no model itself.
 */
import type { Cells } from '#kernel/cells'
import { elapsedChannel, responseChannel, timerChannel } from '#machine/answers'
import type { Channel } from '#machine/channel'
import type { Interpreter } from '#machine/chart'
import { createRuntime } from '#machine/effects'
import type { Process, Runtime } from '#machine/process'
import { declared } from './footprints.js'
import { cacheChannel, connect, networkGate, powerGate, watchChannel } from './client/reflector.js'
import { workChannel } from './client/controller.js'
import { kubectl } from './client/kubectl.js'
import { userChannel } from './client/script.js'
import { requestChannel } from './control-plane/api-server.js'
import { garbageCollector } from './control-plane/garbage-collector.js'
import { namespaceController } from './control-plane/namespace-controller.js'
import { rootCACertPublisher, serviceAccountController } from './control-plane/service-accounts.js'
import { clientChannel } from './network/client.js'
import { endpointSliceController } from './network/endpointslice.js'
import { kubeProxy } from './network/kube-proxy.js'
import { containerd } from './node/containerd.js'
import { withEviction } from './node/eviction-manager.js'
import { kubelet } from './node/kubelet.js'
import { withShutdown } from './node/node-shutdown.js'
import { systemd } from './node/systemd.js'
import { withStaticPods } from './node/static-pods.js'
import { nodeIpamController } from './node-lifecycle/node-ipam.js'
import { nodeLifecycleController } from './node-lifecycle/node-lifecycle.js'
import { withNodeStatus } from './node-lifecycle/node-status.js'
import { podGcController } from './node-lifecycle/pod-gc.js'
import { taintEvictionController } from './node-lifecycle/taint-eviction.js'
import { kubeScheduler, scheduleChannel } from './scheduling/kube-scheduler.js'
import { disruptionController } from './workloads/disruption.js'
import { deploymentController, progressChannel } from './workloads/deployment.js'
import { replicaSetController } from './workloads/replicaset.js'

/** Every process kind, in the order of the table in docs/architecture.md. */
export const processes: readonly Process[] = [
  kubeScheduler,
  replicaSetController,
  deploymentController,
  disruptionController,
  garbageCollector,
  namespaceController,
  serviceAccountController,
  rootCACertPublisher,
  kubectl,
  endpointSliceController,
  nodeLifecycleController,
  taintEvictionController,
  podGcController,
  nodeIpamController,
  withStaticPods(withEviction(withNodeStatus(withShutdown(kubelet)))),
  containerd,
  systemd,
  kubeProxy,
].map(declared)

export interface Kubernetes {
  readonly runtime: Runtime
  readonly channels: readonly Channel<never>[]
}

/**
 * Puts together the machinery. `change` lets a mutant replace processes before they are wired, `rewire` channels;
 * `interpret` says how charts are run.
 */
export function kubernetes(
  change: (processes: readonly Process[]) => readonly Process[] = (all) => all,
  rewire: (channels: readonly Channel<never>[]) => readonly Channel<never>[] = (all) => all,
  interpret?: Interpreter,
): Kubernetes {
  const runtime = createRuntime(change(processes), interpret)
  return {
    runtime,
    channels: rewire([
      cacheChannel, watchChannel(runtime), requestChannel, responseChannel(runtime, networkGate),
      timerChannel(runtime, powerGate), elapsedChannel, workChannel(runtime), scheduleChannel(runtime),
      progressChannel(runtime), clientChannel, userChannel(runtime),
    ]),
  }
}

export const apiServers = ['api-1', 'api-2'] as const

/** Starts one process: its reflectors connect to an API server instance, its caches are synced. */
export function start(cells: Cells, runtime: Runtime, process: string, apiServer: string): void {
  const definition = runtime.processOf(process)
  if (definition === undefined) throw new Error(`no process ${process}`)
  for (const { resource, selector, lists } of definition.watches) {
    connect(cells, process, resource, apiServer, selector?.(process) ?? '', lists)
  }
  definition.onStart?.(runtime.context(cells, process, ''))
}
