import { part, type Cells } from '#kernel/cells'
import { isRestartableInitContainer } from '#api/pods'
import type { Pod } from '#api/types'
import type { Finding, Step } from '#checker/claim'
import { containerKey, isRunning, sandboxKey, type Container } from '#models/node/cells'
import { podWith, shortName } from './pods.js'

const isStart = (before: Container | undefined, after: Container | undefined): after is Container =>
  after?.state === 'running' && (before?.state !== 'running' || before.attempt !== after.attempt)

export const oneRunningContainer: Step = {
  kind: 'step',
  name: 'one-running-container',
  title: 'Of each container of a pod at most one instance runs at any time',
  source: 'pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions); kubernetes/kubernetes#117694',
  on: ['container|'],
  check({ memory }, { key, before, after }) {
    // the values of a container's cell
    const [was, is] = [before as Container | undefined, after as Container | undefined]
    const [node, uid, name] = [part(key, 1), part(key, 2), part(key, 3)]
    const known = memory.get(`${uid} ${name}`)
    if (is?.state !== 'running') {
      if (known === node) memory.delete(`${uid} ${name}`)
      return undefined
    }
    memory.set(`${uid} ${name}`, node)
    const isSecond = was?.state === 'running' && was.attempt !== is.attempt
    if (!isSecond && (known === undefined || known === node)) return isStart(was, is) ? 'held' : undefined
    const pod = `Pod ${shortName(uid)}`
    return {
      message: isSecond
        ? `Container ${name} of ${pod} was started as number ${is.attempt} while number ${was.attempt} ran on ${node}`
        : `Container ${name} of ${pod} was started on ${node} while it ran on ${String(known)}`,
      objects: [pod],
      cells: [key],
    }
  },
}

/** Its record was removed after it had ended. */
const hasSucceeded = (cells: Cells, node: string, pod: Pod, name: string): boolean =>
  cells.read(sandboxKey(node, pod.metadata.uid))?.pruned?.[name]?.exitCode === 0

/** The first init container that has not done what app containers wait for. */
function unfinished(cells: Cells, node: string, pod: Pod, sandbox: number): string | undefined {
  for (const init of pod.spec.initContainers ?? []) {
    const container = cells.read(containerKey(node, pod.metadata.uid, init.name))
    const isOfSandbox = container?.sandbox === sandbox
    if (isRestartableInitContainer(init)) {
      if (!isOfSandbox) return `sidecar ${init.name} was not started yet`
    } else if (container === undefined && hasSucceeded(cells, node, pod, init.name)) continue
    else if (!isOfSandbox || container.state !== 'exited' || container.exitCode !== 0) {
      const how = container === undefined || !isOfSandbox ? 'had not run'
        : container.state === 'running' ? 'was still running'
          : `had exited with code ${container.exitCode ?? 0}`
      return `init container ${init.name} ${how}`
    }
  }
  return undefined
}

export const initBeforeApp: Step = {
  kind: 'step',
  name: 'init-before-app',
  title: 'App containers of a new sandbox start only after every init container has succeeded and every sidecar has started',
  source: 'kubernetes.io/docs/concepts/workloads/pods/init-containers',
  on: ['container|'],
  check({ cells }, { key, before, after }) {
    // the values of a container's cell
    const [was, is] = [before as Container | undefined, after as Container | undefined]
    if (!isStart(was, is)) return undefined
    const [node, uid, name] = [part(key, 1), part(key, 2), part(key, 3)]
    const pod = podWith(cells, uid)
    if ((pod?.spec.initContainers ?? []).length === 0 || pod === undefined) return undefined
    if (!pod.spec.containers.some((one) => one.name === name)) return undefined
    const why = unfinished(cells, node, pod, is.sandbox)
    if (why === undefined) return 'held'
    const finding: Finding = {
      message: `Container ${name} of Pod ${shortName(uid)} was started on ${node} though ${why}`,
      objects: [`Pod ${shortName(uid)}`],
      cells: [key],
    }
    return finding
  },
}

export const initOnlyBeforeApp: Step = {
  kind: 'step',
  name: 'init-only-before-app',
  title: 'An init container starts only while no app container of its pod runs; sidecars aside, and whatever becomes of the '
    + 'records of those that have ended',
  source: 'kubernetes.io/docs/concepts/workloads/pods/init-containers (Pod restart reasons); '
    + 'pkg/kubelet/kuberuntime/kuberuntime_container.go (computeInitContainerActions); kubernetes/kubernetes#90271',
  on: ['container|'],
  check({ cells }, { key, before, after }) {
    // the values of a container's cell
    const [was, is] = [before as Container | undefined, after as Container | undefined]
    if (!isStart(was, is)) return undefined
    const [node, uid, name] = [part(key, 1), part(key, 2), part(key, 3)]
    const pod = podWith(cells, uid)
    const init = pod?.spec.initContainers?.find((one) => one.name === name)
    if (pod === undefined || init === undefined || isRestartableInitContainer(init)) return undefined
    const app = pod.spec.containers.find((one) => isRunning(cells, node, uid, one.name))
    if (app === undefined) return 'held'
    return {
      message: `Init container ${name} of Pod ${shortName(uid)} was started on ${node} while container ${app.name} ran`,
      objects: [`Pod ${shortName(uid)}`],
      cells: [key],
    }
  },
}
