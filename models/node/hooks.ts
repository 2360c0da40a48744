/**
 * Models: pkg/kubelet/lifecycle/handlers.go (Run), as far as the time goes that a hook takes, and its failure
 * Reads: nothing (it is handed a hook)
 * Writes: nothing
 * Omits: what a hook does. Of a command only `sleep` is understood, its seconds from `env` included
 */
import type { Container as ContainerSpec, LifecycleHandler, Pod } from '#api/types'
import type { Container } from './cells.js'
import type { Profile } from './profile.js'

const sleeps = /(?:^|[\s;&|('"/])sleep\s+["']?(\$\{?\w+\}?|\$\(\w+\)|\d+(?:\.\d+)?)([smh]?)/g

const unit: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 }

/** Seconds that a hook takes. `known` is what a profile says of it. */
export function hookSeconds(
  hook: LifecycleHandler, container: ContainerSpec, known: number | undefined,
): number {
  if (hook.sleep !== undefined) return hook.sleep.seconds
  if (known !== undefined) return known
  const command = hook.exec?.command?.join(' ')
  if (command === undefined) return 0
  let seconds = 0
  for (const [, amount = '', suffix = ''] of command.matchAll(sleeps)) {
    seconds += (Number(valueOf(amount, container)) || 0) * (unit[suffix] ?? 1)
  }
  return seconds
}

/** format.Pod */
const podName = ({ metadata }: Pod): string => `${metadata.name}_${metadata.namespace}(${metadata.uid})`

/** The message of PostStartHookError: it goes to the status, and not to an event. */
function failure(hook: LifecycleHandler, { name }: ContainerSpec, pod: Pod, error: string): string {
  const about = `for Container "${name}" in Pod "${podName(pod)}" failed - error: ${error}`
  if (hook.exec !== undefined) return `Exec lifecycle hook ([${hook.exec.command?.join(' ') ?? ''}]) ${about}, message: ""`
  return `HTTP lifecycle hook (${hook.httpGet?.path ?? ''}) ${about}`
}

/** Whether the profile has the hook of this attempt fail. */
const isToFail = ({ postStartFails = false }: Profile, attempt: number): boolean =>
  (typeof postStartFails === 'number' ? attempt < postStartFails : postStartFails)

/** Why a postStart hook has failed that is over; `undefined` where it has succeeded. A hook that sleeps cannot fail. */
export function hookFailure(
  hook: LifecycleHandler, spec: ContainerSpec, pod: Pod, profile: Profile, container: Container | undefined,
): string | undefined {
  if (hook.sleep !== undefined) return undefined
  const command = hook.exec?.command?.join(' ') ?? ''
  if (hook.exec !== undefined && container?.state !== 'running') {
    return failure(hook, spec, pod, `command '${command}' exited with 137: `)
  }
  if (container?.hookCode !== undefined) {
    return container.hookCode === 0 ? undefined : failure(hook, spec, pod, `command '${command}' exited with ${container.hookCode}: `)
  }
  if (!isToFail(profile, container?.attempt ?? 0)) return undefined
  return failure(hook, spec, pod, hook.exec === undefined
    ? 'Get: dial tcp: connect: connection refused' : `command '${command}' exited with 1: `)
}

/** Whether it has to be waited for: it takes time, or fails. */
export const mustAwait = (seconds: number, profile: Profile, attempt: number): boolean => seconds > 0 || isToFail(profile, attempt)

const valueOf = (amount: string, { env }: ContainerSpec): string => {
  if (!amount.startsWith('$')) return amount
  const name = amount.replace(/[${}()]/g, '')
  return env?.find((one) => one.name === name)?.value ?? ''
}
