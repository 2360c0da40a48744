/** What computePodActions is handed in upstream's tests, in fewer words. */
import type { Container, Pod, RestartPolicy } from '#api/types'
import {
  computePodActions, type PodActions, type RuntimeContainer, type RuntimePod,
} from '#models/node/pod-actions'
import { container, podOn, probe } from '../../../support/node.js'

export const source = 'pkg/kubelet/kuberuntime/kuberuntime_manager_test.go'

type Result = 'success' | 'failure' | 'unknown'
type Found = Readonly<Record<string, Partial<RuntimeContainer> | null>>

export interface Case {
  readonly policy?: RestartPolicy
  readonly sandbox?: Partial<NonNullable<RuntimePod['sandbox']>> | null
  /** Changes of what the runtime has; `null`: it has no such container. */
  readonly containers?: Found
  readonly liveness?: Readonly<Record<string, Result>>
  readonly startup?: Readonly<Record<string, Result>>
  readonly change?: (pod: Pod) => Pod
}

export type Actions = Omit<PodActions, 'containersToKill'> & { readonly kills: readonly string[] }

export const actions = (some: Partial<Actions> = {}): Actions => ({
  killPod: false, createSandbox: false, attempt: 0, initContainersToStart: [], containersToStart: [],
  kills: [],
  ...some,
})

export const apps = ['foo1', 'foo2', 'foo3'].map((name) => container({ name, image: 'busybox' }))
export const inits =
  ['init1', 'init2', 'init3'].map((name) => container({ name, image: 'bar-image', ports: [] }))
export const sidecars = [
  container({ name: 'side1', image: 'bar-image', restartPolicy: 'Always' }),
  ...['side2', 'side3'].map((name) => container({
    name, image: 'bar-image', restartPolicy: 'Always', livenessProbe: probe(), startupProbe: probe(),
  })),
]

export const exited = (exitCode: number): Partial<RuntimeContainer> => ({ state: 'exited', exitCode })
export const running: Partial<RuntimeContainer> = { state: 'running' }
export const dead = { ready: false } as const

/** The runtime has each of these containers in this state, and none else. */
export const all = (specs: readonly Container[], state: Partial<RuntimeContainer>): Found =>
  Object.fromEntries(specs.map(({ name, image }) => [name, { image, ...state }]))

/** None of these containers. */
export const none = (specs: readonly Container[]): Found =>
  Object.fromEntries(specs.map(({ name }) => [name, null]))

export function runtimeOf(base: Found, { sandbox, containers = {}, liveness, startup }: Case): RuntimePod {
  const found = { ...base }
  for (const [name, change] of Object.entries(containers)) {
    found[name] = change === null ? null : { ...found[name], ...change }
  }
  return {
    sandbox: sandbox === null ? undefined : { ready: true, attempt: 0, ips: ['10.0.0.1'], ...sandbox },
    container: (name) => {
      const one = found[name]
      return one === undefined || one === null ? undefined : { state: 'running', image: 'busybox', ...one }
    },
    liveness: ({ name }) => liveness?.[name],
    startup: ({ name }) => startup?.[name],
  }
}

export function podWith(initContainers: readonly Container[], { policy = 'Always', change }: Case): Pod {
  const pod = podOn({
    spec: {
      containers: apps, restartPolicy: policy, ...(initContainers.length === 0 ? {} : { initContainers }),
    },
  })
  return change?.(pod) ?? pod
}

export const judging = (initContainers: readonly Container[], base: Found, defaults: Case = {}) =>
  (one: Case): Actions => {
    const given = { ...defaults, ...one }
    const { containersToKill, ...rest } =
      computePodActions(podWith(initContainers, given), runtimeOf(base, given))
    return { ...rest, kills: containersToKill.map(({ name }) => name) }
  }

export const withContainers = (
  list: 'containers' | 'initContainers', changes: Readonly<Record<string, Partial<Container>>>,
) => (pod: Pod): Pod => ({
  ...pod,
  spec: { ...pod.spec, [list]: (pod.spec[list] ?? []).map((one) => ({ ...one, ...changes[one.name] })) },
})
