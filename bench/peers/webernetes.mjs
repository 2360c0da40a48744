// One Deployment of N pods behind a Service on npm @ngrok/webernetes, to Ready. Prints JSON: CPU milliseconds a pod.
import { BaseImage, Cluster } from '@ngrok/webernetes'

class Server extends BaseImage {
  static imageName = 'server'
  static imageVersion = '1.0'
  defaultCommand = ['server']

  async exec(context, argv) {
    if (argv[0] !== 'server') return await super.exec(context, argv)
    context.listenHttp(8080, async () => ({ statusCode: 200, body: 'ok' }))
    return await context.waitUntilKilled()
  }
}

const pods = Number(process.argv[2] ?? 200)
const cluster = new Cluster()
cluster.registerImage(Server)
await cluster.init()
const before = process.cpuUsage()
const labels = { app: 'web' }
await cluster.apply([
  {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', labels },
    spec: {
      replicas: pods, selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'web', image: 'server:1.0', ports: [{ containerPort: 8080 }] }] },
      },
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
])
const started = Date.now()
let ready = 0
while (ready < pods && Date.now() - started < 300_000) {
  await new Promise((resolve) => setTimeout(resolve, 250))
  const list = await cluster.api.corev1.listNamespacedPod({ namespace: 'default' }).catch(() => undefined)
  ready = (list?.items ?? []).filter((pod) => pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')).length
}
const used = process.cpuUsage(before)
console.log(JSON.stringify({ peer: '@ngrok/webernetes 0.3.5', pods, ready, cpuMsPerPod: (used.user + used.system) / 1000 / pods }))
process.exit(0)
