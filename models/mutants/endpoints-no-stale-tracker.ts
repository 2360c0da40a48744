import type { Mutant } from '../mutants.js'
import { slicesWith } from './slices-with.js'

export const endpointsNoStaleTracker: Mutant = {
  name: 'endpoints-no-stale-tracker',
  title: 'The EndpointSlice controller compares what it wants with a cached slice that is older than its own last write',
  upstream: 'kubernetes/kubernetes#125638, mended by #125675 (there: the Endpoints controller)',
  breaks: ['endpoint-ready-is-routed', 'slices-converge'],
  apply: slicesWith({ isStale: () => false }),
}
