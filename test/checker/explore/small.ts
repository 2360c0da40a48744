/** Small things to explore. */
import type { JsonObject, Node } from '#api/types'
import { buildNode } from '#models/node-lifecycle/nodes'

const labels = { app: 'web' }

export const deployment = (replicas: number, image = 'example.org/web:1'): JsonObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: {
    replicas, selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 8080 }] }] },
    },
  },
})

export const service: JsonObject = {
  apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
}

export const nodes = (count: number): readonly Node[] =>
  Array.from({ length: count }, (_, at) => buildNode(at, { podCidr: true }))
