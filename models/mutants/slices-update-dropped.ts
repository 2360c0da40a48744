import type { Mutant } from '../mutants.js'
import { upstreamDecisions } from '../network/endpointslice-sync.js'
import { slicesWith } from './slices-with.js'

export const slicesUpdateDropped: Mutant = {
  name: 'slices-update-dropped',
  title: 'The EndpointSlice controller creates and deletes slices, but never updates one',
  breaks: ['slices-converge'],
  apply: slicesWith({
    reconcile: (...args) => {
      const { plan, hasSkipped } = upstreamDecisions.reconcile(...args)
      const kept = plan.map((calls) => calls.filter(({ verb }) => verb !== 'update')).filter((calls) => calls.length > 0)
      return { plan: kept, hasSkipped }
    },
  }),
}
