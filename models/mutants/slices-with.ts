/** The EndpointSlice controller with some of its decisions replaced. */
import { assign } from 'xstate'
import type { Service } from '#api/types'
import { provide, type Mutant } from '../mutants.js'
import { beginSync, upstreamDecisions, type Event, type SyncDecisions } from '../network/endpointslice-sync.js'

export const slicesWith = (changed: Partial<SyncDecisions>): Mutant['apply'] => {
  const decisions = { ...upstreamDecisions, ...changed }
  return provide('kube-controller-manager/endpointslice', 'sync', {
    actions: { decide: assign(({ event }) => beginSync(event as Event, decisions)) }, // a chart of the table has no types
  })
}

/** As upstream would, but for another Service than there is. */
export const reconcilingAs = (change: (service: Service) => Service): Mutant['apply'] => slicesWith({
  reconcile: (service, ...rest) => upstreamDecisions.reconcile(change(service), ...rest),
})
