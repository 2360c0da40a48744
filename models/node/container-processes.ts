/**
 * Models: containers that do what their command says: their processes run, write, listen, are signalled, end
 * Reads: container, processes, files, output, sandbox, chart, store, index, rules, listener, down
 * Writes: container, chart, processes, files, output, listener, timer, client
 * Omits: a probe that looks at more than its pod's files and processes is asked anew only when these change; what a probe
 *   itself changes
 */
import type { Cells } from '#kernel/cells'
import { chartKey, timerKey } from '#machine/chart'
import type { Context } from '#machine/process'
import { fileCall } from '../container/files/call.js'
import type { View } from '../container/files/view.js'
import { boot, execIn, signal, wake } from '../container/processes/containers.js'
import { run, type Report } from '../container/processes/run.js'
import type { System } from '../container/processes/system.js'
import { emptyTree, type Tree } from '../container/processes/tree.js'
import { containerKey, containerOwner, kubeletOf, nodeName, podOwner, sandboxKey } from './cells.js'
import type { Program, Start } from './container-chart.js'
import { answersOf, isSame } from './container-probes.js'
import { systemOver, type ContainerSystem, type Surroundings } from './container-system.js'
import { killOwner } from './kill.js'
import {
  beginShared, dropShared, execShared, goShared, isShared, sharedTree, signalledShared, wokenShared,
} from './shared-processes.js'
import { closePorts, openPorts } from './sockets.js'
import { filesKey, outputKey, processesKey, type PodFiles, type Session } from './process-cells.js'
import { answersChanged } from './probe-wakes.js'

/** The first process has ended, and the container with it. */
export type Finish = (context: Context, it: Start, exitCode: number, reason: string) => void

export const noFiles: PodFiles = { roots: {}, volumes: {} }

/** Its own files are the tree without a name. */
export const viewOf = (files: PodFiles, { name }: Start, { mounts }: Program): View =>
  ({ trees: { ...files.volumes, '': files.roots[name] ?? {} }, mounts })

export const surroundings = (cells: Cells, node: string, it: Start, program: Program, isBeside: boolean): Surroundings => ({
  cells, image: it.image, env: program.env, profile: it.profile, ports: it.ports,
  place: { node, namespace: program.namespace, ips: it.addresses },
  stranger: isBeside ? 'ends at once' : program.stranger,
})

export function filesAfter(files: PodFiles, { name }: Start, { trees }: View): PodFiles {
  const { '': root = {}, ...volumes } = trees
  return { roots: { ...files.roots, [name]: root }, volumes }
}

const timerOf = ({ process, owner }: Pick<Context, 'process' | 'owner'>, pid: number): string => timerKey(process, owner, `wake.${pid}`)

function keepTime(context: Context, { cancelled, sleeps, busy }: Report): void {
  for (const pid of cancelled) context.cells.disarm(timerOf(context, pid))
  for (const { pid, seconds } of sleeps) context.cells.arm(timerOf(context, pid), seconds * 1000)
  // Who never waits gets on all the same, and so does the clock.
  if (busy.length > 0) context.cells.arm(timerOf(context, 0), 1000)
}

/** What its own processes write; a probe's or a hook's is for the kubelet alone. */
export function keepOutput(context: Context, { uid, name, attempt }: Start, report: Report, main = 1): void {
  const lines = report.lines.filter(({ of }) => of === main)
  if (lines.length === 0) return
  const cell = outputKey(nodeName(context.process), uid, name)
  const before = context.cells.read(cell)
  const turn = before?.attempt === attempt && before.turn === 0 ? 1 : 0
  context.cells.write(cell, { attempt, turn, lines: lines.map(({ stream, text }) => ({ stream, text })) })
}

/** A hook is over: the kubelet hears of it. */
export function sessionOver({ cells, process }: Pick<Context, 'cells' | 'process'>, { uid, name }: Start, session: Session, code: number): void {
  const node = nodeName(process)
  const cell = containerKey(node, uid, name)
  const container = cells.read(cell)
  if (container !== undefined && session === 'postStart') cells.write(cell, { ...container, hookCode: code })
  if (container !== undefined && session === 'preStop' && code !== 0) cells.write(cell, { ...container, preStopCode: code })
  const owner = session === 'postStart' ? podOwner(uid) : killOwner(uid, name)
  cells.arm(timerKey(kubeletOf(node), owner, 'hooked'), 0)
}

interface Sessions { readonly [pid: number]: Session }

/** Sessions that go on; those that have ended are told. */
function sessionsAfter(context: Context, it: Start, sessions: Sessions, { ended }: Report): Sessions {
  const left = { ...sessions }
  for (const { pid, code } of ended) {
    const session = left[pid]
    if (session === undefined) continue
    delete left[pid]
    sessionOver(context, it, session, code)
  }
  return left
}

export function listens(context: Context, it: Start, ports: readonly number[]): void {
  const cell = containerKey(nodeName(context.process), it.uid, it.name)
  const container = context.cells.read(cell)
  const before = container?.ports ?? []
  if (container === undefined || isSame(before, ports)) return
  const { ports: _, ...rest } = container
  context.cells.write(cell, ports.length === 0 ? rest : { ...rest, ports })
  closePorts(context.cells, it.addresses, before.filter((port) => !ports.includes(port)))
  openPorts(context.cells, it, ports.filter((port) => !before.includes(port)))
}

type Change = (tree: Tree, system: ContainerSystem) => readonly [Tree, Sessions?]

/** Processes go on, after a change, until each of them waits. */
export function go(context: Context, it: Start, change: Change, finish: Finish): void {
  const { cells, process } = context
  const { program } = it
  if (program === undefined) return
  const node = nodeName(process)
  const [cell, filesCell] = [processesKey(node, it.uid, it.name), filesKey(node, it.uid)]
  const running = cells.read(cell) ?? { tree: emptyTree }
  const files = cells.read(filesCell) ?? noFiles
  const system = systemOver(viewOf(files, it, program), surroundings(cells, node, it, program, false))
  const [changed, begun = {}] = change(running.tree, system)
  const [tree, after, report] = run(changed, system)
  const { view } = after as ContainerSystem // as it was handed in
  if (view !== system.view) cells.write(filesCell, filesAfter(files, it, view))
  keepTime(context, report)
  keepOutput(context, it, report)
  const sessions = sessionsAfter(context, it, { ...running.sessions, ...begun }, report)
  const main = report.ended.find(({ pid }) => pid === 1)
  if (main !== undefined) {
    cells.write(cell, undefined)
    finish(context, it, main.code, main.oom === true ? 'OOMKilled' : main.code === 0 ? 'Completed' : 'Error')
  } else {
    cells.write(cell, { tree, ...(Object.keys(sessions).length === 0 ? {} : { sessions }) })
    listens(context, it, report.listens)
    probed(context, it)
  }
  const areShared = Object.keys(view.trees).some((name) => name !== '' && view.trees[name] !== system.view.trees[name])
  if (areShared) filesChanged(context, it.uid, finish, it.name)
}

function ownTree(cells: Cells, node: string, it: Start, program: Program): readonly [Tree, System] {
  const { tree } = cells.read(processesKey(node, it.uid, it.name)) ?? { tree: emptyTree }
  const files = cells.read(filesKey(node, it.uid)) ?? noFiles
  return [tree, systemOver(viewOf(files, it, program), surroundings(cells, node, it, program, true))]
}

/** What its exec probes are answered now. */
export function probed(context: Context, it: Start): void {
  const { cells, process } = context
  const { program } = it
  const node = nodeName(process)
  const cell = containerKey(node, it.uid, it.name)
  const container = cells.read(cell)
  if (program === undefined || container?.state !== 'running') return
  const [tree, system] = isShared(it) ? sharedTree(cells, node, it) : ownTree(cells, node, it, program)
  const answers = answersOf(tree, system, program, isShared(it) ? it.name : 'main')
  if (answers !== undefined && JSON.stringify(answers) !== JSON.stringify(container.answers)) {
    cells.write(cell, { ...container, answers })
  }
  answersChanged(context, node, it.uid, it.pod, it.name)
}

/** Files that they share have changed: containers of the pod, but for one, may wait for that, or their probes look at it. */
export function filesChanged(context: Context, uid: string, finish: Finish, but?: string): void {
  const { cells, process, runtime } = context
  const node = nodeName(process)
  if (cells.read(processesKey(node, uid, '')) !== undefined) goShared(context, uid, (tree) => [tree], finish)
  for (const other of cells.read(sandboxKey(node, uid))?.containers ?? []) {
    if (other === but || cells.read(processesKey(node, uid, other)) === undefined) continue
    const owner = containerOwner(uid, other)
    const it = (cells.read(chartKey(process, owner))?.context as { readonly it?: Start } | undefined)?.it // the container chart's memory
    if (it === undefined) continue
    const follows = Object.values(cells.read(processesKey(node, uid, other))?.tree.processes ?? {}).some(({ waits }) => waits?.ask === 'growth')
    if (follows) go(runtime.context(cells, process, owner), it, (tree) => [tree], finish)
    else probed(runtime.context(cells, process, owner), it)
  }
}

/** Its first process is there, and takes its first step when the start is over; or why there is none. */
export function begin(context: Context, it: Start): string | undefined {
  const { program } = it
  if (program === undefined) return undefined
  const { cells, process } = context
  const node = nodeName(process)
  const files = cells.read(filesKey(node, it.uid)) ?? noFiles
  const fresh: PodFiles = { roots: { ...files.roots, [it.name]: program.root }, volumes: files.volumes }
  cells.write(filesKey(node, it.uid), fresh)
  if (isShared(it)) return beginShared(context, it)
  const system = systemOver(viewOf(fresh, it, program), surroundings(cells, node, it, program, false))
  const { argv, env, cwd, user } = program
  const started = boot({ argv, env, cwd, who: { uid: user, gid: 0 } }, system)
  if (!started.ok) return started.message
  cells.write(processesKey(node, it.uid, it.name), { tree: started.tree })
  cells.arm(timerOf(context, 0), 0)
  return undefined
}

export const woken = (context: Context, it: Start, pid: number, finish: Finish): void =>
  (isShared(it) ? wokenShared(context, it, pid, finish) : go(context, it, (tree) => [pid === 0 ? tree : wake(tree, pid)], finish))

export const signalled = (context: Context, it: Start, finish: Finish): void =>
  (isShared(it) ? signalledShared(context, it, finish) : go(context, it, (tree) => [signal(tree, 1, it.program?.stopSignal ?? 'TERM')], finish))

/** A hook's command runs beside the container's first process. */
export function execHook(context: Context, it: Start, session: Session, argv: readonly string[], finish: Finish): void {
  if (isShared(it)) {
    if (!execShared(context, it, session, argv, finish)) sessionOver(context, it, session, 126)
    return
  }
  const { env = {}, cwd = '/', user = 0 } = it.program ?? {}
  let failed = false
  go(context, it, (tree, system) => {
    const started = execIn(tree, { argv, env, cwd, who: { uid: user, gid: 0 } }, system)
    failed = !started.ok
    return started.ok ? [started.tree, { [started.pid]: session }] : [tree]
  }, finish)
  if (failed) sessionOver(context, it, session, 126)
}

/** What a container leaves in a file; `undefined` where it is not there. */
export function textIn(cells: Cells, node: string, it: Start, path: string): string | undefined {
  const { program } = it
  const files = cells.read(filesKey(node, it.uid))
  if (program === undefined || files === undefined) return undefined
  const [, answer] = fileCall(viewOf(files, it, program), '/', { call: 'read', path })
  return answer.ok ? answer.text : undefined
}

/** Everything that runs in it is gone, hooks included. */
export function dropProcesses(context: Pick<Context, 'cells' | 'process' | 'owner'>, it: Start): void {
  if (it.program === undefined) return
  if (isShared(it)) return dropShared(context, it)
  const { cells, process } = context
  const cell = processesKey(nodeName(process), it.uid, it.name)
  const running = cells.read(cell)
  if (running === undefined) return
  for (const pid of [0, ...running.tree.armed]) cells.disarm(timerOf(context, pid))
  cells.write(cell, undefined)
  for (const session of Object.values(running.sessions ?? {})) sessionOver(context, it, session, 137)
}
