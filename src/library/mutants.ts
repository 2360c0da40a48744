/** Mutants of your own: a process that calls the API server otherwise than it should. */
import type { Call, Effect } from '#machine/process'
import { commonEffects } from '#machine/effects'
import { replaceProcess, type Mutant } from '#models/mutants'

/** Every request of the process goes out as `change` makes it: `kube-controller-manager/deployment`, `kubelet`. */
export const changeCalls = (kind: string, change: (call: Call) => Call): Mutant['apply'] => replaceProcess(kind, (process) => {
  const effects = { ...commonEffects, ...process.effects }
  const changed = (name: string, params: (said: never) => unknown): readonly [string, Effect] =>
    [name, (context, said) => effects[name]?.(context, params(said) as never)] // as they were said, but for the change
  return {
    ...process,
    effects: Object.fromEntries([
      ...Object.entries(effects),
      changed('call', (call: Call) => change(call)),
      changed('calls', ({ calls }: { readonly calls: readonly Call[] }) => ({ calls: calls.map(change) })),
    ]),
  }
})
