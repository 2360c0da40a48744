import type { Mutant } from '../mutants.js'
import { reconcilingAs } from './slices-with.js'

export const slicesIncludeUnready: Mutant = {
  name: 'slices-include-unready',
  title: 'The EndpointSlice controller publishes pods as ready that are not',
  breaks: ['slices-converge'],
  apply: reconcilingAs((service) => ({ ...service, spec: { ...service.spec, publishNotReadyAddresses: true } })),
}
