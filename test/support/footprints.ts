/** Runs orders of small scenarios and looks at what every Step reads and writes. */
import { baselineOf, draw } from '#checker/generate'
import { Footprints } from '#checker/footprint'
import { runOrder } from '#checker/order'
import type { System } from '#checker/system'
import { footprintOf, partyOf } from '#models/footprints'
import { smalls } from '#properties/kill/baselines'
import { systemOf } from '#properties/scenario'
import { prefixesIn, type ModelHeader } from './model-headers.js'

/** The files whose headers say what a party reads and writes. */
const homes: Readonly<Record<string, readonly string[]>> = {
  'client': ['network/client.ts'],
  'containerd': ['node/containerd.ts'],
  'kube-apiserver': ['control-plane/api-server.ts', 'client/reflector.ts'],
  'kube-controller-manager/deployment': ['workloads/deployment.ts'],
  'kube-controller-manager/disruption': ['workloads/disruption.ts'],
  'kube-controller-manager/endpointslice': ['network/endpointslice.ts'],
  'kube-controller-manager/garbage-collector': ['control-plane/garbage-collector.ts'],
  'kube-controller-manager/namespace': ['control-plane/namespace-controller.ts'],
  'kube-controller-manager/node-ipam': ['node-lifecycle/node-ipam.ts'],
  'kube-controller-manager/node-lifecycle': ['node-lifecycle/node-lifecycle.ts'],
  'kube-controller-manager/pod-gc': ['node-lifecycle/pod-gc.ts'],
  'kube-controller-manager/replicaset': ['workloads/replicaset.ts'],
  'kube-controller-manager/root-ca-certificate-publisher': ['control-plane/service-accounts.ts'],
  'kube-controller-manager/serviceaccount': ['control-plane/service-accounts.ts'],
  'kube-controller-manager/taint-eviction': ['node-lifecycle/taint-eviction.ts'],
  'kube-proxy': ['network/kube-proxy.ts'],
  'kube-scheduler': ['scheduling/kube-scheduler.ts'],
  'kubectl': ['client/kubectl.ts', 'client/script.ts'],
  'systemd': ['node/systemd.ts'],
  'kubelet': ['node/kubelet.ts', 'node/node-shutdown.ts', 'node-lifecycle/node-status.ts', 'node-lifecycle/lease.ts'],
}

/** The clock has no header: it takes down deadlines, and wakes whom the progress deadline of a Deployment concerns. */
const clock = { reads: ['elapsed', 'progress', 'queue', 'timer'], writes: ['elapsed', 'progress', 'queue', 'timer'] }

const list = (prefixes: readonly string[]): string => `[${prefixes.map((prefix) => `'${prefix}'`).join(', ')}]`

/** The text of models/footprints.generated.ts. */
export function footprintTable(headers: readonly ModelHeader[]): string {
  const lineOf = (party: string, member: 'reads' | 'writes'): readonly string[] => {
    if (party === 'clock') return clock[member]
    const files = homes[party] ?? []
    const found = files.map((file) => headers.find((header) => header.file === file)?.[member])
    if (found.includes(undefined)) throw new Error(`no header for ${party}: ${files.join(', ')}`)
    return [...new Set(found.flatMap((line) => prefixesIn(line ?? '')))].sort()
  }
  const rows = [...Object.keys(homes), 'clock'].sort().map((party) =>
    `  '${party}': {\n    reads: ${list(lineOf(party, 'reads'))},\n    writes: ${list(lineOf(party, 'writes'))},\n  },\n`)
  return '/** Made from the headers of the models by `npm run docs`: change those. */\n'
    + "import type { Footprint } from './footprints.js'\n\n"
    + `export const footprints: Readonly<Record<string, Footprint>> = {\n${rows.join('')}}\n`
}

/** The same system, whose Worlds keep account of what they read. */
const tracked = (system: System): System => ({
  ...system,
  boot() {
    const world = system.boot()
    world.tracking = true
    return world
  },
})

/** Every small scenario, in its certain orders and `drawn` more. */
export function walk(drawn: number): Footprints {
  const footprints = new Footprints(partyOf, footprintOf)
  for (const { scenario, schedules = [], budgets = { delays: 2, faults: 1 } } of smalls) {
    const system = tracked(systemOf(scenario))
    const baseline = baselineOf(system)
    for (let index = 0; index <= schedules.length + drawn; index++) {
      runOrder(system, [], schedules[index - 1] ?? draw(system, baseline, budgets, 1, index), {
        onEvent(event, world) {
          if (event.type === 'step') footprints.after(world, event.choice, event.choice)
        },
      })
    }
  }
  return footprints
}
