/** Parts of mutants of the kubelet: other effects in place of its own. */
import type { Context, Effect, Process } from '#machine/process'
import { replaceProcess, type Mutant } from '../mutants.js'

type Carry = (context: Context, params: never) => void

/** `change` gets the effect as it is, and makes another of it. */
export const withEffect = (
  name: string, change: (original: Carry) => Effect,
): ((process: Process) => Process) => (process) => {
  const original = process.effects?.[name]
  if (original === undefined) throw new Error(`the kubelet has no effect ${name}`)
  return { ...process, effects: { ...process.effects, [name]: change(original) } }
}

export const mutateKubelet = (...changes: readonly ((process: Process) => Process)[]): Mutant['apply'] =>
  replaceProcess('kubelet', (process) => changes.reduce((changed, change) => change(changed), process))
