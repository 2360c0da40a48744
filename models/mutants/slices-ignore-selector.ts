import type { Mutant } from '../mutants.js'
import { slicesWith } from './slices-with.js'

export const slicesIgnoreSelector: Mutant = {
  name: 'slices-ignore-selector',
  title: 'The EndpointSlice controller lists every pod of the namespace, whatever the Service selects',
  breaks: ['no-misdelivery', 'slices-converge'],
  apply: slicesWith({ selectorOf: () => ({}) }),
}
