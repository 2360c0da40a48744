/**
 * A story made by hand, so that every arrow of it is known: a pod becomes ready, its slice lists it, kube-proxy learns of
 * that two seconds late, and meanwhile the scheduler's watch of nodes is broken.
 */
import type { Told } from '#trace/explain'
import type { Written } from '#trace/export/held'
import type { Line } from '#trace/format'
import type { Change, Recorded } from '#trace/record'

const pod = { kind: 'Pod', metadata: { namespace: 'shop', name: 'a' }, status: { ready: true } }
const slice = { kind: 'EndpointSlice', metadata: { namespace: 'shop', name: 's' }, endpoints: ['a'] }

const endpointslice = 'kube-controller-manager/endpointslice'
const [podCell, sliceCell] = ['store|pods|shop/a', 'store|endpointslices|shop/s']
const podsTo = (process: string): string => `watch|${process}|pods`
const proxyWatch = 'watch|kube-proxy/node-1|endpointslices'

const news = (resource: string, key: string, object: unknown) => [{ type: 'MODIFIED', resource, key, object }]
const wrote = (key: string, after?: unknown, before?: unknown): Change => ({ key, before, after })

type Given = Omit<Recorded, 'n' | 'line' | 'reads'> & { readonly reads?: readonly string[] }

const given: readonly Given[] = [
  { at: 0, choice: 'user|kubectl', process: 'kubectl', label: 'user: kubectl apply', changes: [wrote('user|kubectl')] },
  {
    at: 1000, choice: 'request|kubelet/node-1|status|main', process: 'kubelet/node-1', label: 'kube-apiserver: kubelet/node-1 patch pods/status shop/a',
    changes: [
      wrote(podCell, pod), wrote(podsTo('kubelet/node-1'), news('pods', 'shop/a', pod)), wrote(podsTo(endpointslice), news('pods', 'shop/a', pod)),
    ],
  },
  {
    at: 1000, choice: podsTo('kubelet/node-1'), process: 'kubelet/node-1', label: 'kubelet/node-1 learns of MODIFIED pods shop/a',
    changes: [wrote(podsTo('kubelet/node-1'), undefined, news('pods', 'shop/a', pod))],
  },
  {
    at: 1000, choice: podsTo(endpointslice), process: endpointslice, label: `${endpointslice} learns of MODIFIED pods shop/a`,
    reads: [podsTo(endpointslice)],
    changes: [wrote(podsTo(endpointslice), undefined, news('pods', 'shop/a', pod))],
  },
  {
    at: 1000, choice: `request|${endpointslice}|sync:shop/s|main`, process: endpointslice, label: `kube-apiserver: ${endpointslice} update endpointslices shop/s`,
    reads: [podCell, sliceCell],
    changes: [wrote(sliceCell, slice, { ...slice, endpoints: [] }), wrote(proxyWatch, news('endpointslices', 'shop/s', slice))],
  },
  {
    at: 1000, choice: 'fault|lost-events|kube-scheduler nodes', process: 'fault', label: 'fault: lost-events kube-scheduler nodes',
    changes: [wrote('cut|kube-scheduler|nodes', true)],
  },
  {
    at: 2000, choice: 'timer|kubelet/node-1|sync', process: 'kubelet/node-1', label: 'kubelet/node-1: timer sync', reads: [podCell],
    changes: [wrote('container|node-1|a|main')],
  },
  {
    at: 2500, choice: 'fault|lost-events|kube-scheduler nodes', process: 'fault', label: 'healed: lost-events kube-scheduler nodes',
    changes: [wrote('cut|kube-scheduler|nodes', undefined, true)],
  },
  {
    at: 3000, choice: proxyWatch, process: 'kube-proxy/node-1', label: 'kube-proxy/node-1 learns of MODIFIED endpointslices shop/s', reads: [sliceCell, podCell],
    changes: [wrote(proxyWatch, undefined, news('endpointslices', 'shop/s', slice))],
  },
]

const steps: readonly Recorded[] = given.map((step, index) => ({ reads: [], ...step, n: index + 1, line: index + 1 }))

const lines: readonly Line[] = steps.map(({ n, at, choice, label, process }): Line => (process === 'fault'
  ? { n, fault: 'lost-events', target: 'kube-scheduler nodes', healed: label.startsWith('healed'), world: '0' }
  : { n, at, choice, label, world: '0' }))

const violation = { claim: 'routed', message: 'the pod is ready; nobody knows', objects: ['Pod shop/a'], step: 9, at: 3000 }

export const made: Written = {
  steps,
  violation,
  trace: {
    header: {
      orrery: 1, kind: 'trace', seed: 1, inputs: {}, violation,
      schedule: {
        deviations: [
          { kind: 'hold', channel: proxyWatch, nth: 0, ms: 2000 },
          { kind: 'fault', channel: 'timer|kubelet/node-1|sync', nth: 0, fault: 'lost-events', target: 'kube-scheduler nodes', ms: 1500 },
        ],
      },
    },
    lines,
    end: { steps: steps.length, world: '0' },
  },
}

const line = (step: number, text: string, more: Partial<Told> = {}): Told =>
  ({ at: steps[step]!.at, lane: steps[step]!.process, text, step, cells: [], ...more })

export const story: readonly Told[] = [
  line(0, 'apply -f shop', { mark: 'user' }),
  line(1, 'Pod shop/a is Ready', { cells: [podCell] }),
  line(4, 'EndpointSlice shop/s lists a', { cells: [sliceCell] }),
  line(4, '2s late: learns of MODIFIED endpointslices shop/s', { mark: 'late', lane: 'kube-proxy/node-1' }),
  line(5, 'the watch of nodes by kube-scheduler delivers nothing any more', { mark: 'fault' }),
  line(6, 'container main of Pod shop/a starts', { cells: ['container|node-1|a|main'] }),
  line(7, 'kube-scheduler lists nodes again', { mark: 'fault' }),
]
