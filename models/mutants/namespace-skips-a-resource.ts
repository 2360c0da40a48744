import { assign } from 'xstate'
import type { View } from '#machine/view'
import { resourcesIn } from '../control-plane/namespace-sync.js'
import type { Mutant } from '../mutants.js'
import { provide } from '../mutants.js'

export const namespaceSkipsAResource: Mutant = {
  name: 'namespace-skips-a-resource',
  title: 'The namespace controller does not know of one resource (as while an API server does not serve it), and lets the '
    + 'namespace go with such objects in it',
  upstream: 'KEP-4020 (mixed-version API servers), kubernetes/kubernetes#60807',
  breaks: ['namespace-deleted-in-the-end'],
  apply: provide('kube-controller-manager/namespace', 'sync', {
    actions: {
      survey: assign(({ context, event }) => ({
        // Every event carries the view, and the context is that of the sync chart.
        resources: resourcesIn(event['view'] as View, String(context['key']))
          .filter((resource) => resource !== 'configmaps'),
      })),
    },
  }),
}
