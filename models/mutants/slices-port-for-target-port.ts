import type { Mutant } from '../mutants.js'
import { reconcilingAs } from './slices-with.js'

export const slicesPortForTargetPort: Mutant = {
  name: 'slices-port-for-target-port',
  title: 'The EndpointSlice controller publishes the port of the Service instead of its target port',
  breaks: ['no-connection-before-listening', 'slices-converge'],
  apply: reconcilingAs((service) => ({
    ...service,
    spec: { ...service.spec, ports: service.spec.ports?.map((port) => ({ ...port, targetPort: port.port })) },
  })),
}
