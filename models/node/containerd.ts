/**
 * Models: containerd as the kubelet uses it through the CRI: a node's containers and their sockets
 * Reads: store and index through the cache, static, store, index, container, processes, files, output, sandbox, sandboxes, rules,
 *   images, listener, down, ipam, routed, client, clients, trouble
 * Writes: chart, container, processes, files, output, sandbox, cgroups, mounts, listener, client, ipam, restarts, timer
 * Omits: an end of the runtime but while it starts a container (its containers outlive it)
 */
import type { Cells } from '#kernel/cells'
import { chartKey, timerKey } from '#machine/chart'
import type { Context, Effect, Process, Runtime } from '#machine/process'
import {
  cgroupsKey, containerKey, containerOwner, kubeletOf, mountsKey, nodeName, podOwner, restartsKey, runtimeOf, sandboxKey,
  sandboxesKey,
  type Answering, type Container,
} from './cells.js'
import { containerChart, type Ended, type Program, type Start } from './container-chart.js'
import { useAtStart, useChanged, useEnded, usesBegan, useTimers } from './container-use.js'
import { answersChanged } from './probe-wakes.js'
import { killOwner } from './kill.js'
import { killPause } from './infra-death.js'
import { prune } from './prune.js'
import { begin, dropProcesses, execHook, filesChanged, signalled, textIn, woken, type Finish } from './container-processes.js'
import { filesKey, outputKey, type Session } from './process-cells.js'
import { closePorts, openPorts } from './sockets.js'
import { servingChanges } from './serving.js'
import { terminationMessage } from './termination-message.js'
import type { AnswerFrom, ProbeKind } from './profile.js'

const kinds: readonly ProbeKind[] = ['startup', 'readiness', 'liveness']

/** The kubelet will look at the pod again: PLEG found a change, or a CRI call of its returned. */
export const relist = (cells: Cells, node: string, uid: string): void =>
  cells.arm(timerKey(kubeletOf(node), podOwner(uid), 'relist'), 0)

export const sendToContainer = (
  { cells, runtime }: Context, node: string, uid: string, name: string,
  event: { readonly type: 'terminate' | 'kill' },
): void => runtime.send(runtime.context(cells, runtimeOf(node), containerOwner(uid, name)), event)

/**
 * CreateContainer and StartContainer. The runtime does not ask whether another container of that name runs.
 */
export function startInRuntime({ cells, runtime }: Context, node: string, it: Start): void {
  const [process, owner] = [runtimeOf(node), containerOwner(it.uid, it.name)]
  const before = cells.read(chartKey(process, owner))
  if (before !== undefined) {
    dropProcesses({ cells, process, owner }, it)
    cells.write(chartKey(process, owner), undefined)
    disarmTimers(cells, process, owner, it)
  }
  runtime.send(runtime.context(cells, process, owner), { type: 'start', it })
}

/** The answers from the start on, and timers for those that come later. */
function answersAtStart(context: Context, { profile: { probes } }: Start): Container['answers'] {
  if (probes === undefined) return undefined
  const answers: Partial<Record<ProbeKind, Answering>> = {}
  for (const kind of kinds) {
    probes[kind]?.forEach(({ afterSeconds, answer }: AnswerFrom, index) => {
      if (afterSeconds === 0) answers[kind] = answer
      else context.cells.arm(
        timerKey(context.process, context.owner, `answer.${kind}.${index}`), afterSeconds * 1000,
      )
    })
  }
  return answers
}

/** How the attempt before ended, as the one after it tells. */
function lastOf(before: Container | undefined): Pick<Container, 'last'> {
  if (before?.exitCode === undefined) return before?.last === undefined ? {} : { last: before.last }
  const { exitCode, reason = '', message } = before
  return { last: { exitCode, reason, ...(message === undefined ? {} : { message }) } }
}

/** The start has come to an end before the process ran: of a container that was not even created nothing is there. */
function notStarted({ cells, process }: Context, { it }: { readonly it: Start }): void {
  const { broken, attempt, image, sandbox, uid, name } = it
  if (broken === undefined || broken.at === 'create') return
  const node = nodeName(process)
  const cell = containerKey(node, uid, name)
  const base = { attempt, image, sandbox, ...lastOf(cells.read(cell)) }
  cells.write(cell, broken.interrupted === true
    ? { ...base, state: 'created' }
    : { ...base, state: 'exited', exitCode: 128, reason: 'StartError', message: broken.message })
  if (broken.interrupted !== true) cells.write(restartsKey(uid, name), { cause: 'exit' })
  relist(cells, node, uid)
}

/** What it answers to HTTP, and timers for what changes of it. */
function servesAtStart({ cells, process, owner }: Context, { serving }: Start): Pick<Container, 'serving'> {
  if (serving === undefined) return {}
  for (const seconds of servingChanges(serving)) cells.arm(timerKey(process, owner, `serves.${seconds}`), seconds * 1000)
  return { serving }
}

function began(context: Context, { it }: { readonly it: Start }): void {
  const { cells } = context
  const cell = containerKey(nodeName(context.process), it.uid, it.name)
  const before = cells.read(cell)
  const answers = answersAtStart(context, it)
  const uses = useAtStart(context, it)
  cells.write(cell, {
    attempt: it.attempt,
    image: it.image,
    sandbox: it.sandbox,
    state: 'running',
    ...(answers === undefined ? {} : { answers }),
    ...lastOf(before),
    ...uses,
    ...servesAtStart(context, it),
    // What its ports are the processes say; there is nothing else that has to come up.
    ...(it.program === undefined ? {} : { up: true as const, ...unanswered(it.program) }),
  })
  const { exits } = it.profile
  if (it.program === undefined && exits !== undefined && it.attempt < (exits.times ?? Infinity)) {
    cells.arm(timerKey(context.process, context.owner, 'exits'), exits.afterSeconds * 1000)
  }
  usesBegan(context, it, uses)
  if (it.program === undefined) return
  const problem = begin(context, it)
  if (problem === undefined) return
  const { attempt, image, sandbox } = it
  cells.write(cell, { attempt, image, sandbox, state: 'exited', exitCode: 128, reason: 'StartError', message: problem, ...lastOf(before) })
  cells.write(restartsKey(it.uid, it.name), { cause: 'exit' })
  over(context)
  relist(cells, nodeName(context.process), it.uid)
}

/** Until its processes have run, no exec probe succeeds. */
function unanswered({ probes }: Program): Pick<Container, 'answers'> {
  const kindsAsked = kinds.filter((kind) => probes[kind] !== undefined)
  return kindsAsked.length === 0 ? {} : { answers: Object.fromEntries(kindsAsked.map((kind) => [kind, 'failure' as const])) }
}

/** The chart goes with the container that it is about. */
const over = ({ cells, process, owner }: Context): void => cells.write(chartKey(process, owner), undefined)

const finish: Finish = (context, it, exitCode, reason) => {
  ended(context, { it, exitCode, reason, byItself: true })
  over(context)
}

/** The kubelet has a hook run in a container that does what its command says. */
export function runHook(context: Context, node: string, uid: string, name: string, session: Session, argv: readonly string[]): void {
  const { cells, runtime } = context
  const [process, owner] = [runtimeOf(node), containerOwner(uid, name)]
  const it = (cells.read(chartKey(process, owner))?.context as { readonly it?: Start } | undefined)?.it // the container chart's memory
  if (it === undefined) {
    const waits = session === 'postStart' ? podOwner(uid) : killOwner(uid, name)
    cells.arm(timerKey(kubeletOf(node), waits, 'hooked'), 0)
    return
  }
  execHook(runtime.context(cells, process, owner), it, session, argv, finish)
}

function change(
  context: Context, { uid, name, pod }: Start, changed: (container: Container) => Container,
): void {
  const node = nodeName(context.process)
  const cell = containerKey(node, uid, name)
  const container = context.cells.read(cell)
  if (container === undefined) return
  context.cells.write(cell, changed(container))
  answersChanged(context, node, uid, pod, name)
}

const withoutPorts = ({ ports: _, ...rest }: Container): Container => rest

function lastWords({ cells, process }: Context, it: Start, exitCode: number): string | undefined {
  const { profile: { exits }, fallsBackToLogs, program } = it
  const fallsBack = { fallsBackToLogs: fallsBackToLogs === true, exitCode }
  if (program === undefined) return terminationMessage({ file: exits?.message, logs: exits?.logs, ...fallsBack })
  const node = nodeName(process)
  const output = cells.read(outputKey(node, it.uid, it.name))
  const logs = output?.attempt === it.attempt ? output.lines.map(({ text }) => `${text}\n`).join('') : ''
  return terminationMessage({ file: textIn(cells, node, it, program.messagePath), logs, ...fallsBack })
}

function ended(context: Context, { it, exitCode, reason, byItself }: Ended): void {
  if (it === undefined) return
  const { cells, process, owner } = context
  const node = nodeName(process)
  const cell = containerKey(node, it.uid, it.name)
  const container = cells.read(cell)
  if (container === undefined) return
  if (container.ports !== undefined) closePorts(cells, it.addresses, container.ports)
  const { up: _up, ports: _ports, answers: _answers, memory: _memory, serving: _serving, since: _since, stopping, ...rest } = container
  const message = byItself === true || it.program !== undefined ? lastWords(context, it, exitCode) : undefined
  cells.write(cell, { ...rest, state: 'exited', exitCode, reason, ...(message === undefined ? {} : { message }) })
  useEnded(context, container)
  dropProcesses(context, it)
  disarmTimers(cells, process, owner, it)
  if (stopping === undefined) {
    cells.write(restartsKey(it.uid, it.name), { cause: reason === 'OOMKilled' ? 'oom' : 'exit' })
  }
  relist(cells, node, it.uid)
}

function disarmTimers(cells: Cells, process: string, owner: string, { profile, serving }: Start): void {
  const { probes } = profile
  for (const name of ['up', 'exits', 'stopped', 'closed', ...useTimers(profile)]) cells.disarm(timerKey(process, owner, name))
  for (const seconds of serving === undefined ? [] : servingChanges(serving)) cells.disarm(timerKey(process, owner, `serves.${seconds}`))
  if (probes === undefined) return
  for (const kind of kinds) {
    probes[kind]?.forEach((_, index) => cells.disarm(timerKey(process, owner, `answer.${kind}.${index}`)))
  }
}

/** The kubelet has written into volumes of the pod: processes may wait for that, and probes look at it. */
export const volumesChanged = ({ cells, runtime }: Context, node: string, uid: string): void =>
  filesChanged(runtime.context(cells, runtimeOf(node), ''), uid, finish)

const effects: Readonly<Record<string, Effect>> = {
  notStarted,
  began,
  opened: (context: Context, { it }: { readonly it: Start }) => {
    openPorts(context.cells, it, it.ports)
    change(context, it, (container) => ({ ...container, up: true, ports: it.ports }))
  },
  signalled: (context: Context, { it }: { readonly it: Start }) => {
    const cell = containerKey(nodeName(context.process), it.uid, it.name)
    const container = context.cells.read(cell)
    if (container !== undefined) context.cells.write(cell, { ...container, stopping: true })
  },
  closed: (context: Context, { it }: { readonly it: Start }) => {
    const { ports } = context.cells.read(containerKey(nodeName(context.process), it.uid, it.name)) ?? {}
    if (ports === undefined) return
    closePorts(context.cells, it.addresses, ports)
    change(context, it, withoutPorts)
  },
  ended,
  commanded: (context: Context, { it }: { readonly it: Start }) => signalled(context, it, finish),
  woken: (context: Context, { it, which }: { readonly it: Start; readonly which: string }) =>
    woken(context, it, Number(which.slice(which.indexOf('.') + 1)), finish),
  answered: (context: Context, { it, which }: { readonly it: Start; readonly which: string }) => {
    const [, kind, index] = which.split('.')
    const probe = kinds.find((other) => other === kind)
    const from = probe === undefined ? undefined : it.profile.probes?.[probe]?.[Number(index)]
    if (probe === undefined || from === undefined) return
    change(
      context, it, (container) => ({ ...container, answers: { ...container.answers, [probe]: from.answer } }),
    )
  },
  serves: (context: Context, { it, which }: { readonly it: Start; readonly which: string }) => {
    change(context, it, (container) => ({ ...container, since: Number(which.slice(which.indexOf('.') + 1)) }))
    // Commands of probes may ask it.
    filesChanged(context, it.uid, finish)
  },
  uses: (context: Context, { it, which }: { readonly it: Start; readonly which: string }) =>
    useChanged(context, it, which),
}

export const containerd: Process = {
  kind: 'containerd',
  watches: [],
  charts: { container: containerChart },
  effects,
  onTimer: (context, _owner, name) => {
    const { cells, process } = context
    if (name === 'prune') prune(cells, nodeName(process))
    if (name === 'kill-pause') killPause(context, finish, (uid) => relist(cells, nodeName(process), uid))
  },
}

/**
 * The power goes: every container of the node is dead at once, its sandboxes are not ready. Images stay on
 * disk.
 */
export function losePower(cells: Cells, node: string): void {
  cells.write(cgroupsKey(node), undefined)
  cells.write(mountsKey(node), undefined)
  for (const uid of cells.read(sandboxesKey(node)) ?? []) {
    const sandbox = cells.read(sandboxKey(node, uid))
    if (sandbox === undefined) continue
    for (const name of sandbox.containers) stopDead(cells, node, uid, name)
    cells.write(sandboxKey(node, uid), { ...sandbox, ready: false })
  }
}

function stopDead(cells: Cells, node: string, uid: string, name: string): void {
  const process = runtimeOf(node)
  const owner = containerOwner(uid, name)
  const snapshot = cells.read(chartKey(process, owner))
  const it = (snapshot?.context as { readonly it?: Start } | undefined)?.it // the container chart's memory
  const container = cells.read(containerKey(node, uid, name))
  if (container?.state !== 'running' || it === undefined) return
  if (container.ports !== undefined) closePorts(cells, it.addresses, container.ports)
  const { up: _up, ports: _ports, answers: _answers, memory: _memory, serving: _serving, since: _since, stopping: _stopping, ...rest } = container
  // What containerd says of a container that it finds dead when it comes back.
  cells.write(containerKey(node, uid, name), { ...rest, state: 'exited', exitCode: 255, reason: 'Unknown' })
  cells.write(chartKey(process, owner), undefined)
  dropProcesses({ cells, process, owner }, it)
  disarmTimers(cells, process, owner, it)
}

/**
 * The power is back. What the runtime keeps on disk is there (dead sandboxes and containers, images,
 * addresses); the kubelet has to be started anew like every process of the node, and makes the sandboxes
 * again.
 */
export function bootNode(cells: Cells, _runtime: Runtime, node: string): void {
  losePower(cells, node)
}

/** The runtime forgets everything about a pod. */
export function forgetPod(cells: Cells, node: string, uid: string): void {
  const sandbox = cells.read(sandboxKey(node, uid))
  if (sandbox === undefined) return
  for (const name of sandbox.containers) {
    cells.write(containerKey(node, uid, name), undefined)
    cells.write(restartsKey(uid, name), undefined)
    if (cells.read(outputKey(node, uid, name)) !== undefined) cells.write(outputKey(node, uid, name), undefined)
  }
  if (cells.read(filesKey(node, uid)) !== undefined) cells.write(filesKey(node, uid), undefined)
  cells.write(sandboxKey(node, uid), undefined)
  const rest = (cells.read(sandboxesKey(node)) ?? []).filter((other) => other !== uid)
  cells.write(sandboxesKey(node), rest.length === 0 ? undefined : rest)
}

/** Kills a container from outside, as the kernel does for want of memory: for faults. */
export function killContainer(
  cells: Cells, runtime: Runtime, node: string, uid: string, name: string, reason: 'Error' | 'OOMKilled',
): void {
  const owner = containerOwner(uid, name)
  const snapshot = cells.read(chartKey(runtimeOf(node), owner))
  const it = (snapshot?.context as { readonly it?: Start } | undefined)?.it // the container chart's memory
  if (it === undefined) return
  ended(runtime.context(cells, runtimeOf(node), owner), { it, exitCode: 137, reason })
  cells.write(chartKey(runtimeOf(node), owner), undefined)
}

