/**
 * Models: containers of a pod in one PID namespace (pkg/kubelet/kuberuntime/util, CRI NamespaceMode_POD and NODE): process 1,
 *   which reaps, is the infra container's `pause` (shareProcessNamespace) or the node's init (hostPID)
 * Reads: container, processes, files, output, sandbox, chart, store, index, rules, listener, down
 * Writes: container, chart, processes, files, output, listener, timer, client
 * Omits: of a node's namespace the processes of other pods; files of other containers under /proc/<pid>/root
 */
import type { Cells } from '#kernel/cells'
import { chartKey, timerKey } from '#machine/chart'
import type { Context } from '#machine/process'
import { execIn, join, sharedNamespace, signal, wake } from '../container/processes/containers.js'
import { raise } from '../container/processes/endings.js'
import { Kernel } from '../container/processes/kernel.js'
import { run, type Report } from '../container/processes/run.js'
import type { Caller, System } from '../container/processes/system.js'
import { emptyTree, type Tree } from '../container/processes/tree.js'
import { containerKey, containerOwner, nodeName, runtimeOf, sandboxKey } from './cells.js'
import type { Start } from './container-chart.js'
import { systemOver, type ContainerSystem } from './container-system.js'
import {
  filesAfter, keepOutput, listens, noFiles, probed, sessionOver, surroundings, viewOf, type Finish,
} from './container-processes.js'
import { filesKey, processesKey, type PodFiles, type Session } from './process-cells.js'

/** The namespace of all containers of the pod that share it. */
const sharedKey = (node: string, uid: string) => processesKey(node, uid, '')

export const isShared = ({ program }: Start): boolean => program?.shares !== undefined

/** What the containers of a pod were started with, by name. */
function membersOf(cells: Cells, node: string, uid: string): ReadonlyMap<string, Start> {
  const members = new Map<string, Start>()
  for (const name of cells.read(sandboxKey(node, uid))?.containers ?? []) {
    const it = (cells.read(chartKey(runtimeOf(node), containerOwner(uid, name)))?.context as { readonly it?: Start } | undefined)?.it // the container chart's memory
    if (it !== undefined && isShared(it)) members.set(name, it)
  }
  return members
}

interface PodSystem extends System {
  readonly files: PodFiles
}

/** Each process sees the files of its own container, and the volumes that all of them share. */
function systemOf(cells: Cells, node: string, members: ReadonlyMap<string, Start>, files: PodFiles): PodSystem {
  const own = ({ container }: Caller): readonly [Start, ContainerSystem] | undefined => {
    const it = members.get(container)
    return it?.program === undefined ? undefined
      : [it, systemOver(viewOf(files, it, it.program), surroundings(cells, node, it, it.program, false))]
  }
  const system: PodSystem = {
    files,
    file(call, by) {
      const [it, inner] = own(by) ?? []
      if (it === undefined || inner === undefined) return [{ ok: false, errno: 'ENOENT' }, system]
      const [answer, next] = inner.file(call, by)
      return [answer, next === inner ? system : systemOf(cells, node, members, filesAfter(files, it, (next as ContainerSystem).view))] // as it was made
    },
    network: (call, by) => [own(by)?.[1].network(call, by)[0] ?? { ok: false, why: 'unreachable' }, system],
    program: (argv, by) => [own(by)?.[1].program(argv, by)[0] ?? { is: 'absent' }, system],
  }
  return system
}

const timerOf = (node: string, uid: string, name: string, pid: number): string =>
  timerKey(runtimeOf(node), containerOwner(uid, name), `wake.${pid}`)

function keepTime(cells: Cells, node: string, uid: string, members: ReadonlyMap<string, Start>, tree: Tree, { cancelled, sleeps, busy }: Report): void {
  for (const pid of cancelled) for (const name of members.keys()) cells.disarm(timerOf(node, uid, name, pid))
  for (const { pid, seconds } of sleeps) cells.arm(timerOf(node, uid, tree.processes[pid]?.container ?? '', pid), seconds * 1000)
  for (const pid of busy) cells.arm(timerOf(node, uid, tree.processes[pid]?.container ?? '', 0), 1000)
}

const portsOf = (tree: Tree, name: string): readonly number[] =>
  [...new Set(Object.values(tree.processes).flatMap(({ container, listens: ports = [] }) => (container === name ? ports : [])))].sort((a, b) => a - b)

type Change = (tree: Tree, system: System) => readonly [Tree, Readonly<Record<number, Session>>?]

/** Processes of all containers go on, after a change, until each of them waits. */
export function goShared(context: Context, uid: string, change: Change, finish: Finish): void {
  const { cells, process, runtime } = context
  const node = nodeName(process)
  const members = membersOf(cells, node, uid)
  const running = cells.read(sharedKey(node, uid)) ?? { tree: emptyTree }
  const files = cells.read(filesKey(node, uid)) ?? noFiles
  const system = systemOf(cells, node, members, files)
  const [changed, begun = {}] = change(running.tree, system)
  const [tree, after, report] = run(changed, system)
  const now = (after as PodSystem).files // as it was handed in
  if (now !== files) cells.write(filesKey(node, uid), now)
  keepTime(cells, node, uid, members, tree, report)
  const sessions: Record<number, Session> = { ...running.sessions, ...begun }
  const of = (name: string): Context => runtime.context(cells, process, containerOwner(uid, name))
  for (const [name, it] of members) keepOutput(of(name), it, report, changed.mains[name] ?? 0)
  for (const { pid, code, container } of report.ended) {
    const [session, it] = [sessions[pid], members.get(container)]
    if (session === undefined || it === undefined) continue
    delete sessions[pid]
    sessionOver(of(container), it, session, code)
  }
  const isLeft = Object.values(tree.processes).some(({ container }) => container !== 'POD')
  cells.write(sharedKey(node, uid), isLeft ? { tree, ...(Object.keys(sessions).length === 0 ? {} : { sessions }) } : undefined)
  for (const { pid, container, code, oom } of report.ended) {
    const it = members.get(container)
    if (it === undefined || pid !== changed.mains[container]) continue
    finish(of(container), it, code, oom === true ? 'OOMKilled' : code === 0 ? 'Completed' : 'Error')
  }
  for (const [name, it] of members) {
    if (cells.read(containerKey(node, uid, name))?.state !== 'running') continue
    listens(of(name), it, portsOf(tree, name))
    probed(of(name), it)
  }
  // Who follows a file that another container has written is asked once more.
  if (now.volumes !== files.volumes && report.follows.length > 0) goShared(context, uid, (same) => [same], finish)
}

/** What exec probes look at: all processes, and this container's files. */
export function sharedTree(cells: Cells, node: string, { uid }: Start): readonly [Tree, System] {
  const files = cells.read(filesKey(node, uid)) ?? noFiles
  return [cells.read(sharedKey(node, uid))?.tree ?? emptyTree, systemOf(cells, node, membersOf(cells, node, uid), files)]
}

/** Its first process is there, beside those of the others; or why there is none. */
export function beginShared(context: Context, it: Start): string | undefined {
  const { program } = it
  const { cells, process } = context
  const node = nodeName(process)
  const files = cells.read(filesKey(node, it.uid)) ?? noFiles
  const members = new Map([...membersOf(cells, node, it.uid), [it.name, it]])
  const system = systemOf(cells, node, members, files)
  const running = cells.read(sharedKey(node, it.uid))
  const first = running === undefined ? sharedNamespace(system, program?.shares === 'node' ? '/sbin/init' : '/pause') : { ok: true as const, tree: running.tree }
  if (program === undefined || !first.ok) return 'no program'
  const { argv, env, cwd, user } = program
  const started = join(first.tree, { argv, env, cwd, container: it.name, who: { uid: user, gid: 0 } }, system)
  if (!started.ok) return started.message
  cells.write(sharedKey(node, it.uid), { ...running, tree: started.tree })
  cells.arm(timerOf(node, it.uid, it.name, 0), 0)
  return undefined
}

export const wokenShared = (context: Context, { uid }: Start, pid: number, finish: Finish): void =>
  goShared(context, uid, (tree) => [pid === 0 ? tree : wake(tree, pid)], finish)

export const signalledShared = (context: Context, { uid, name, program }: Start, finish: Finish): void =>
  goShared(context, uid, (tree) => [signal(tree, tree.mains[name] ?? 0, program?.stopSignal ?? 'TERM')], finish)

/** A hook's command runs beside the container's first process; whether it could be started. */
export function execShared(context: Context, { uid, name, program }: Start, session: Session, argv: readonly string[], finish: Finish): boolean {
  const { env = {}, cwd = '/', user = 0 } = program ?? {}
  let isStarted = true
  goShared(context, uid, (tree, system) => {
    const started = execIn(tree, { argv, env, cwd, container: name, who: { uid: user, gid: 0 } }, system)
    isStarted = started.ok
    return started.ok ? [started.tree, { [started.pid]: session }] : [tree]
  }, finish)
  return isStarted
}

const nobody: System = {
  file: () => [{ ok: false, errno: 'EACCES' }, nobody], network: () => [{ ok: false, why: 'unreachable' }, nobody], program: () => [{ is: 'absent' }, nobody],
}

/** Everything that runs in the container is gone, hooks included; the others' processes stay. */
export function dropShared({ cells, process }: Pick<Context, 'cells' | 'process'>, it: Start): void {
  const { uid, name } = it
  const node = nodeName(process)
  const running = cells.read(sharedKey(node, uid))
  if (running === undefined) return
  const { tree, sessions = {} } = running
  const own = Object.keys(tree.processes).map(Number).filter((pid) => tree.processes[pid]?.container === name)
  for (const pid of [0, ...own]) cells.disarm(timerOf(node, uid, name, pid))
  const kernel = new Kernel({ ...tree, armed: tree.armed.filter((pid) => !own.includes(pid)) }, nobody)
  for (const pid of own) raise(kernel, pid, 'KILL', 'outside')
  const left = Object.fromEntries(Object.entries(sessions).filter(([pid]) => !own.includes(Number(pid))))
  const isLeft = Object.values(kernel.tree.processes).some(({ container }) => container !== 'POD')
  cells.write(sharedKey(node, uid), isLeft ? { tree: kernel.tree, ...(Object.keys(left).length === 0 ? {} : { sessions: left }) } : undefined)
  for (const [pid, session] of Object.entries(sessions)) if (own.includes(Number(pid))) sessionOver({ cells, process }, it, session, 137)
}
