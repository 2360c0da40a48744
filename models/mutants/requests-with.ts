/** Parts of mutants: processes that send other requests than they mean to, or none. */
import { commonEffects } from '#machine/effects'
import type { Call, Context, Effect } from '#machine/process'
import { responseKey } from '#machine/request'
import { replaceProcess, type Mutant } from '../mutants.js'

/** `patch deployments/scale`. */
const whatOf = ({ verb, resource, subresource }: Call): string =>
  `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`

const intercept = (kind: string, send: (context: Context, call: Call, make: (call: Call) => void) => void): Mutant['apply'] =>
  replaceProcess(kind, (process) => {
    const effects: Readonly<Record<string, Effect>> = { ...commonEffects, ...process.effects }
    const through = (context: Context, call: Call): void =>
      send(context, call, (changed) => effects['call']?.(context, changed as never)) // what charts say
    return {
      ...process,
      effects: {
        ...effects,
        call: through,
        calls: (context: Context, { calls }: { readonly calls: readonly Call[] }) =>
          calls.forEach((call, index) => through(context, { ...call, slot: call.slot ?? String(index) })),
      },
    }
  })

/** Takes such a request for made and answered, and never sends it. */
export const neverSends = (kind: string, what: string): Mutant['apply'] => intercept(kind, (context, call, make) => {
  if (whatOf(call) !== what) return make(call)
  const { slot, ...request } = call
  context.cells.write(responseKey(context.process, context.owner, slot ?? 'main'),
    { request, response: { ok: true, object: request.body ?? request.base } })
})

/** Sends such a request with another body. */
export const sendsInstead = (kind: string, what: string, change: (body: unknown) => unknown): Mutant['apply'] =>
  intercept(kind, (_, call, make) => make(whatOf(call) === what ? { ...call, body: change(call.body) } : call))
