/**
 * Models: one container as its runtime runs it: it is created and started, step by step; the process comes up,
 *   listens, is signalled, ends
 * Reads: container, sandbox, listener
 * Writes: container, listener, timer
 * Omits: pauses, checkpoints, exec sessions
 */
import { assign } from 'xstate'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import type { Tree } from '../container/files/tree.js'
import type { Mount } from '../container/files/view.js'
import type { FullProfile, ProbeKind, StartStep } from './profile.js'
import type { BrokenStart } from './runtime-start.js'
import type { Serving } from './serving.js'

export interface ExecProbe {
  readonly argv: readonly string[]
  /** timeoutSeconds */
  readonly seconds: number
}

/** What a container is started with that does what its command says. */
export interface Program {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly user: number
  /** Without `SIG`. */
  readonly stopSignal: string
  readonly namespace: string
  /** Its files as it begins, and where the pod's volumes are mounted. */
  readonly root: Tree
  readonly mounts: readonly Mount[]
  /** Its processes are in one PID namespace with those of the pod's other containers, or of its node. */
  readonly shares?: 'pod' | 'node'
  /** What a program does that nobody knows. */
  readonly stranger: 'serves' | 'ends'
  readonly probes: Readonly<Partial<Record<ProbeKind, ExecProbe>>>
  readonly messagePath: string
}

/** What the kubelet asks the runtime to run. */
export interface Start {
  /** The pod's uid and `namespace/name`, and the container's name. */
  readonly uid: string
  readonly pod: string
  readonly name: string
  readonly image: string
  readonly attempt: number
  /** The attempt of the sandbox. */
  readonly sandbox: number
  readonly profile: FullProfile
  /** Bytes; absent where it may use what the node has. */
  readonly memoryLimit?: number
  /** Where it leaves no termination message and fails, its logs are one. */
  readonly fallsBackToLogs?: true
  /** Where it will listen once it is up. */
  readonly addresses: readonly string[]
  readonly ports: readonly number[]
  readonly hostNetwork: boolean
  /** What it will answer to HTTP, where that is known. */
  readonly serving?: Serving
  /** Absent where its profile says what it does. */
  readonly program?: Program
  /** Where its start stops. */
  readonly broken?: BrokenStart
}

export type ContainerEvent = Viewed & (
  | { readonly type: 'start'; readonly it: Start }
  | { readonly type: 'up' | 'exits' | 'oom' | 'stopped' | 'closed' | 'terminate' | 'kill' }
  /** `answer.readiness.1`: the second answer of the profile holds from now on. */
  | { readonly type: `answer.${string}` }
  /** `wake.7`: the time that process 7 waited for is over. */
  | { readonly type: `wake.${string}` }
  /** `serves.10`: what it answers to HTTP has changed, 10 seconds after its start. */
  | { readonly type: `serves.${string}` }
  /** `use.memory.1`: the second use of the profile holds from now on. */
  | { readonly type: `use.${string}` }
)

interface Memory {
  readonly it?: Start
}

export interface Ended {
  readonly it: Start | undefined
  readonly exitCode: number
  readonly reason: string
  /** It ended by itself, with what it had to say. */
  readonly byItself?: true
}

const profileIn = ({ it }: Memory): FullProfile | undefined => it?.profile

const about = { params: ({ context }: { readonly context: Memory }) => ({ it: context.it }) }

const ends = (exitCode: number, reason: string, byItself = false) => ({
  type: 'ended' as const,
  params: ({ context }: { readonly context: Memory }): Ended =>
    ({ it: context.it, exitCode, reason, ...(byItself ? { byItself: true } : {}) }),
})

/** One step of a start, as a state: it is done at once, unless the start stops here. */
const step = <Next extends string>(name: StartStep, next: Next) => ({
  always: [
    { guard: { type: 'stopsAt' as const, params: { step: name } }, target: 'broken' as const, actions: { type: 'notStarted' as const, ...about } },
    { target: next },
  ],
})

export const containerChart = setup({
  types: { context: {} as Memory, events: {} as ContainerEvent }, // XState takes its types from values
  actions: {
    ...sayings,
    notStarted: (_, _params: { readonly it: Start | undefined }) => {},
    began: (_, _params: { readonly it: Start | undefined }) => {},
    opened: (_, _params: { readonly it: Start | undefined }) => {},
    signalled: (_, _params: { readonly it: Start | undefined }) => {},
    closed: (_, _params: { readonly it: Start | undefined }) => {},
    ended: (_, _params: Ended) => {},
    commanded: (_, _params: { readonly it: Start | undefined }) => {},
    woken: (_, _params: { readonly it: Start | undefined; readonly which: string }) => {},
    answered: (_, _params: { readonly it: Start | undefined; readonly which: string }) => {},
    serves: (_, _params: { readonly it: Start | undefined; readonly which: string }) => {},
    uses: (_, _params: { readonly it: Start | undefined; readonly which: string }) => {},
    remember: assign(({ event }) => (event.type === 'start' ? { it: event.it } : {})),
  },
  guards: {
    stopsAt: ({ context }, { step }: { readonly step: StartStep }) => context.it?.broken?.at === step,
    isProgram: ({ context }) => context.it?.program !== undefined,
    isUpAtOnce: ({ context }) => profileIn(context)?.startSeconds === 0,
    isOutOfMemory: ({ context }) => profileIn(context)?.exits?.oom === true,
    isSuccess: ({ context }) => (profileIn(context)?.exits?.code ?? 0) === 0,
    ignoresSigterm: ({ context }) => profileIn(context)?.ignoresSigterm === true,
    exitsAtOnce: ({ context }) => profileIn(context)?.exitsAfterSigtermSeconds === 0,
    closesAtOnce: ({ context }) => profileIn(context)?.closesListenerAfterSeconds === 0,
  },
}).createMachine({
  id: 'container',
  context: {},
  initial: 'unknown',
  states: {
    unknown: { on: { start: { target: 'create', actions: 'remember' } } },
    // CreateContainer, then StartContainer.
    create: step('create', 'namespaces'),
    namespaces: step('namespaces', 'cgroup'),
    cgroup: step('cgroup', 'rootfs'),
    rootfs: step('rootfs', 'root'),
    root: step('root', 'exec'),
    exec: step('exec', 'begun'),
    begun: {
      entry: { type: 'began', ...about },
      always: [
        { guard: 'isProgram', target: 'running' },
        { guard: 'isUpAtOnce', target: 'up', actions: { type: 'opened', ...about } },
        {
          target: 'starting',
          actions: {
            type: 'arm', params: ({ context }) => ({ name: 'up', ms: (context.it?.profile.startSeconds ?? 0) * 1000 }),
          },
        },
      ],
    },
    broken: { type: 'final' },
    // Its processes say what it does, and how it ends.
    running: {
      on: {
        'wake.*': { actions: { type: 'woken', params: ({ context, event }) => ({ it: context.it, which: event.type }) } },
        terminate: { actions: [{ type: 'signalled', ...about }, { type: 'commanded', ...about }] },
      },
    },
    starting: { on: { up: { target: 'up', actions: { type: 'opened', ...about } }, terminate: 'signalled' } },
    up: { on: { terminate: 'signalled' } },
    signalled: {
      entry: { type: 'signalled', ...about },
      always: [
        { guard: 'ignoresSigterm', target: 'deaf' },
        { guard: 'exitsAtOnce', target: 'ended', actions: ends(0, 'Completed') },
        { target: 'stopping' },
      ],
    },
    // Nothing but SIGKILL ends it, and it goes on with what it did.
    deaf: { on: { up: { actions: { type: 'opened', ...about } } } },
    stopping: {
      entry: {
        type: 'arm', params: ({ context }) =>
          ({ name: 'stopped', ms: (context.it?.profile.exitsAfterSigtermSeconds ?? 0) * 1000 }),
      },
      always: [
        { guard: 'closesAtOnce', target: 'draining', actions: { type: 'closed', ...about } },
        {
          target: 'draining',
          actions: {
            type: 'arm', params: ({ context }) =>
              ({ name: 'closed', ms: (context.it?.profile.closesListenerAfterSeconds ?? 0) * 1000 }),
          },
        },
      ],
    },
    draining: {
      on: {
        closed: { actions: { type: 'closed', ...about } },
        stopped: { target: 'ended', actions: ends(0, 'Completed') },
      },
    },
    ended: { type: 'final' },
  },
  on: {
    exits: [
      { guard: 'isOutOfMemory', target: '.ended', actions: ends(137, 'OOMKilled', true) },
      { guard: 'isSuccess', target: '.ended', actions: ends(0, 'Completed', true) },
      {
        target: '.ended',
        actions: {
          type: 'ended',
          params: ({ context }) =>
            ({
              it: context.it, exitCode: context.it?.profile.exits?.code ?? 1, reason: 'Error', byItself: true as const,
            }),
        },
      },
    ],
    kill: { target: '.ended', actions: ends(137, 'Error') },
    oom: { target: '.ended', actions: ends(137, 'OOMKilled') },
    'answer.*': {
      actions: { type: 'answered', params: ({ context, event }) => ({ it: context.it, which: event.type }) },
    },
    'serves.*': {
      actions: { type: 'serves', params: ({ context, event }) => ({ it: context.it, which: event.type }) },
    },
    'use.*': {
      actions: { type: 'uses', params: ({ context, event }) => ({ it: context.it, which: event.type }) },
    },
  },
})
