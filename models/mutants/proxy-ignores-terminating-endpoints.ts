import type { EndpointSlice } from '#api/types'
import type { Context } from '#machine/process'
import type { Mutant } from '../mutants.js'
import { replaceProcess } from '../mutants.js'
import type { Programming } from '../network/kube-proxy-sync.js'

const withoutTerminating = (slice: EndpointSlice): EndpointSlice =>
  ({ ...slice, endpoints: slice.endpoints.filter(({ conditions }) => conditions?.terminating !== true) })

export const proxyIgnoresTerminatingEndpoints: Mutant = {
  name: 'proxy-ignores-terminating-endpoints',
  title: 'kube-proxy has no use for terminating endpoints, even where no other endpoint serves',
  upstream: 'KEP-1669 (how it was before v1.26); kubernetes/kubernetes#85643',
  breaks: ['routes-derived'],
  apply: replaceProcess('kube-proxy', (process) => ({
    ...process,
    effects: {
      ...process.effects,
      program: (context: Context, { next }: { readonly next: readonly Programming[] }) => {
        const stripped = next.map(({ service, rules }) => (rules === undefined ? { service }
          : { service, rules: { ...rules, slices: rules.slices.map(withoutTerminating) } }))
        process.effects?.program?.(context, { next: stripped } as never) // params are checked where they are said
      },
    },
  })),
}
