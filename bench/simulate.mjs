// One Deployment of N pods behind a Service over M nodes with their kubelets and kube-proxies, on the prompt order, to Ready
// and routed everywhere. Prints JSON lines: CPU milliseconds a pod, once the virtual machine has compiled what is hot (the
// first line, a warm-up, shows what that costs). Run `npm run build` first.
//   node bench/simulate.mjs [PODS NODES]…      (default: 10000 1000, 1000 1000, 200 1000, 200 3)
import { PlainStore } from '#kernel/plain-store'
import { buildNode } from '#models/node-lifecycle/nodes'
import { objectKey } from '#machine/objects'
import { systemOf } from '#properties/scenario'

const labels = { app: 'web' }
const manifests = (replicas) => [
  {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
    spec: {
      replicas, selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{
          name: 'web', image: 'example.org/web:1', ports: [{ containerPort: 8080 }],
          resources: { requests: { cpu: '100m', memory: '128Mi' } },
          readinessProbe: { httpGet: { path: '/', port: 8080 } },
        }] },
      },
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
]

function simulate(pods, nodes) {
  const system = systemOf({
    nodes: Array.from({ length: nodes }, (_, index) => buildNode(index, { podCidr: true })),
    script: [{ do: 'apply', objects: manifests(pods) }], profiles: {}, mutants: [],
  }, { store: () => new PlainStore() })
  const world = system.boot()
  const before = process.cpuUsage()
  let steps = 0
  for (;;) {
    const choice = world.agenda.first()
    if (choice !== undefined) {
      world.take(choice)
      steps++
      continue
    }
    const next = world.nextDeadline
    if (next === undefined) break
    world.advance(next)
  }
  const used = process.cpuUsage(before)
  const { status } = world.store.get(objectKey('deployments', 'default/web'))
  const cpu = (used.user + used.system) / 1000
  console.log(JSON.stringify({
    pods, nodes, available: status.availableReplicas, steps, cpuMsPerPod: Number((cpu / pods).toFixed(3)),
    stepsPerCpuSecond: Math.round(steps / (cpu / 1000)), peakMiB: Math.round(process.memoryUsage().rss / 1048576),
  }))
}

const warmUp = [5000, 1000]
const given = process.argv.slice(2).map(Number)
const sizes = given.length === 0 ? [[10000, 1000], [1000, 1000], [200, 1000], [200, 3]]
  : Array.from({ length: given.length / 2 }, (_, at) => given.slice(2 * at, 2 * at + 2))
for (const [pods, nodes] of [warmUp, ...sizes]) simulate(pods, nodes)
