/** What the pods of a node ask for, and may use. */
import type { Node, Pod, PodSpec, QuantityText, ResourceList } from '#api/types'
import {
  formatQuantity,
  quantityMilliValue,
  quantityOf,
  quantityValue,
  type QuantityFormat,
} from '#api/quantity'
import { podLimits, podRequests } from '#models/scheduling/requests'
import type { Paper } from './paper.js'
import type { Scene } from './scene.js'
import { byText } from './selectors.js'
import { since } from './times.js'

/** Milli-units of CPU and bytes of everything else, with how the sum is to be written. */
interface Amount {
  readonly value: number
  readonly format: QuantityFormat
}

type Kind = 'requests' | 'limits'

/** A sum is written as its first part that is not nothing. */
function formatOf(
  { containers, initContainers = [], overhead, resources }: PodSpec,
  kind: Kind,
  name: string,
): QuantityFormat {
  const lists: readonly (ResourceList | undefined)[] = [
    resources,
    ...containers.map((one) => one.resources),
    ...initContainers.map((one) => one.resources),
  ].map((one) => one?.[kind])
  const first = [...lists, overhead]
    .map((list) => list?.[name])
    .find((amount) => amount !== undefined && quantityOf(amount).nanos > 0n)
  return first === undefined ? 'DecimalSI' : quantityOf(first).format
}

const fields = { cpu: 'cpu', memory: 'memory', 'ephemeral-storage': 'ephemeral' } as const

function amountOf({ spec }: Pod, kind: Kind, name: string): Amount {
  const sum = kind === 'requests' ? podRequests(spec) : podLimits(spec)
  // just looked for
  const value = name in fields ? sum[fields[name as keyof typeof fields]] : (sum.scalars?.[name] ?? 0)
  return { value, format: formatOf(spec, kind, name) }
}

const text = (name: string, { value, format }: Amount): string =>
  formatQuantity({ nanos: BigInt(value) * (name === 'cpu' ? 1_000_000n : 1_000_000_000n), format })

function share(name: string, { value }: Amount, whole: QuantityText | undefined): string {
  const all =
    whole === undefined ? 0 : (name === 'cpu' ? quantityMilliValue : quantityValue)(quantityOf(whole))
  return `${all === 0 ? 0 : Math.trunc((value / all) * 100)}%`
}

const roomOf = ({ status }: Node): ResourceList =>
  (Object.keys(status.allocatable ?? {}).length > 0 ? status.allocatable : status.capacity) ?? {}

export function podsOf(paper: Paper, scene: Scene, node: Node, pods: readonly Pod[]): void {
  const room = roomOf(node)
  paper.field(0, 'Non-terminated Pods', `(${pods.length} in total)`)
  paper.write(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n')
  paper.write(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n')
  for (const pod of pods) {
    const columns = (['cpu', 'memory'] as const).flatMap((name) =>
      (['requests', 'limits'] as const).map((kind) => {
        const amount = amountOf(pod, kind, name)
        return `${text(name, amount)} (${share(name, amount, room[name])})`
      }),
    )
    const age = since(scene.createdAt(pod), scene.now)
    paper.write(1, `${pod.metadata.namespace}\t${pod.metadata.name}\t\t${columns.join('\t')}\t${age}\n`)
  }
}

export function allocated(paper: Paper, node: Node, pods: readonly Pod[]): void {
  const room = roomOf(node)
  const sum = (name: string, kind: Kind): Amount =>
    pods
      .map((pod) => amountOf(pod, kind, name))
      .reduce(
        (all, { value, format }) => ({
          value: all.value + value,
          format: all.value === 0 ? format : all.format,
        }),
        { value: 0, format: 'DecimalSI' },
      )
  paper.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n')
  paper.write(1, 'Resource\tRequests\tLimits\n  --------\t--------\t------\n')
  const isPages = (name: string): boolean => name.startsWith('hugepages-')
  const line = (name: string, hasShare: boolean): void => {
    const columns = (['requests', 'limits'] as const).map((kind) => {
      const amount = sum(name, kind)
      return hasShare ? `${text(name, amount)} (${share(name, amount, room[name])})` : text(name, amount)
    })
    paper.write(1, `${name}\t${columns.join('\t')}\n`)
  }
  for (const name of Object.keys(fields)) line(name, true)
  const others = Object.keys(room)
    .filter((name) => !(name in fields) && name !== 'pods')
    .sort(byText)
  for (const name of others.filter(isPages)) line(name, true)
  for (const name of others.filter((one) => !isPages(one))) line(name, false)
}
