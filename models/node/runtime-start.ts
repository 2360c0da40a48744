/**
 * Models: how a container comes to run, as containerd and runc do it: CreateContainer prepares the snapshot,
 *   StartContainer makes namespaces, sets the cgroup's limits, mounts the root file system, changes root, execs
 * Reads: trouble
 * Writes: trouble
 * Omits: seccomp, capabilities, devices, hooks of the runtime; the time that each step takes
 */
import { key, type Cells, type Key } from '#kernel/cells'
import { nodeName, type Container } from './cells.js'
import type { Profile, StartStep } from './profile.js'

/** In their order: the first is CreateContainer's, the others are StartContainer's. */
export const startSteps: readonly StartStep[] = ['create', 'namespaces', 'cgroup', 'rootfs', 'root', 'exec']

/** How a start ends where it does not succeed. */
export interface BrokenStart {
  readonly at: StartStep
  /** The runtime itself ended in the middle: the container stays created, and nothing of it runs. */
  readonly interrupted?: true
  /** What the CRI answers. */
  readonly message: string
}

/** A fault: containerd on that node ends while it starts the next container. */
export const startTroubleKey = (node: string): Key<true> => key('trouble', 'start', node)

const task = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: '
  + 'unable to start container process: '

/** In the words of containerd and runc. */
const words: Readonly<Record<StartStep, (program: string) => string>> = {
  create: () => 'failed to create containerd container: failed to prepare extraction snapshot',
  namespaces: () => `${task}error during container init: failed to unshare namespaces: operation not permitted: unknown`,
  cgroup: () => `${task}unable to apply cgroup configuration: failed to write to cgroup.procs: no such file or directory: unknown`,
  rootfs: () => `${task}error during container init: error mounting to rootfs: no such file or directory: unknown`,
  root: () => `${task}error during container init: error jailing process inside rootfs: pivot_root .: invalid argument: unknown`,
  exec: (program) => `${task}exec: "${program}": executable file not found in $PATH: unknown`,
}

const doings: Readonly<Record<StartStep, string>> = {
  create: 'it creates the container', namespaces: 'it makes namespaces', cgroup: 'it sets the cgroup',
  rootfs: 'it mounts the root file system', root: 'it changes root', exec: 'it execs',
}

const endpointGone = 'error reading from server: EOF'

/** Whether the start of a container's next attempt fails, and at which step; which one an interruption hits is a Choice. */
export function brokenStart(
  cells: Cells, process: string, { startFails }: Profile, before: Container | undefined, program: string,
): BrokenStart | undefined {
  if (startFails !== undefined && (before?.attempt ?? -1) + 1 < (startFails.times ?? Infinity)) {
    return { at: startFails.at, message: startFails.message ?? words[startFails.at](program) }
  }
  if (cells.read(startTroubleKey(nodeName(process))) === undefined) return undefined
  const at = cells.choose(startSteps.map((step) => `containerd ends before ${doings[step]}`))
  return { at: startSteps[at] ?? 'create', interrupted: true, message: endpointGone }
}
