/** Examples of kubernetes.io as users apply them: read from YAML, decoded, defaulted and admitted, on one node. */
import { parseYamlFile } from '#api/manifests/yaml-file'
import type { JsonObject, Pod } from '#api/types'
import { handle } from '#models/control-plane/api-server'
import type { Start } from '#models/node/container-chart'
import { containerOwner, runtimeOf } from '#models/node/cells'
import { textIn } from '#models/node/container-processes'
import { outputKey } from '#models/node/process-cells'
import { chartKey } from '#machine/chart'
import type { Bench } from './drive.js'
import { node, oneNode, podIn, settleFor } from './node.js'

const kinds: Readonly<Record<string, string>> =
  { Pod: 'pods', ConfigMap: 'configmaps', Secret: 'secrets', ServiceAccount: 'serviceaccounts' }

/** `kubectl apply`, of objects that are not there yet. Pods are bound to the node. */
export function apply({ world }: Bench, ...objects: readonly string[]): void {
  for (const text of objects) {
    const { value } = parseYamlFile(text, 'example.yaml')
    const { apiVersion = 'v1', kind = 'Pod', metadata = {}, ...rest } = value as JsonObject // examples are objects
    const spec = kind === 'Pod' ? { spec: { nodeName: node, ...rest['spec'] as JsonObject } } : {} // likewise
    const body = { ...rest, apiVersion, kind, metadata: { namespace: 'default', ...metadata as JsonObject }, ...spec } // likewise
    world.perform((cells) => {
      const resource = kinds[String(kind)] ?? ''
      const answer = handle(cells, { verb: 'create', resource, key: 'default', body, raw: true })
      if (!answer.ok) throw new Error(answer.status.message)
    })
  }
}

/** The examples have been applied, and so many seconds have passed. */
export function applied(seconds: number, ...objects: readonly string[]): Bench {
  const bench = oneNode()
  apply(bench, ...objects)
  settleFor(bench, seconds)
  return bench
}

const uidOf = (pod: string): string => `Pod:default/${pod}`

/** What a container wrote when it last wrote anything, by lines. */
export const wrote = ({ world }: Bench, pod: string, container: string): readonly string[] =>
  (world.read(outputKey(node, uidOf(pod), container))?.lines ?? []).map(({ text }) => text)

/** `kubectl exec POD -c CONTAINER -- cat FILE`. */
export function catted({ world }: Bench, pod: string, container: string, file: string): string | undefined {
  const chart = world.read(chartKey(runtimeOf(node), containerOwner(uidOf(pod), container)))
  const it = (chart?.context as { readonly it?: Start } | undefined)?.it // the container chart's memory
  return it === undefined ? undefined : textIn(world, node, it, file)
}

export const statusIn = (bench: Bench, pod: string): Pod['status'] | undefined => podIn(bench, pod)?.status
