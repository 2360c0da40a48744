/**
 * Models: pkg/kubelet/lifecycle/handlers.go (Run), as far as the time goes that a hook takes
 * Reads: nothing (it is handed a hook)
 * Writes: nothing
 * Omits: what a hook does, and its failure. Of a command only `sleep` is understood, its seconds from `env`
 *   included
 */
import type { Container as ContainerSpec, LifecycleHandler } from '#api/types'

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

const valueOf = (amount: string, { env }: ContainerSpec): string => {
  if (!amount.startsWith('$')) return amount
  const name = amount.replace(/[${}()]/g, '')
  return env?.find((one) => one.name === name)?.value ?? ''
}
