/** Where the objects that a finding is about stand in the user's files. */
import type { LoadedObject } from '#api/manifests/load'

/** Kinds that make pods from a template. */
const workloads = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']

/** `Pod shop/web#1-0` came about by the workload `shop/web`. */
const roleOf = (name: string): string => name.replace(/#.*$/, '')

/**
 * The objects of the input behind one of a finding, each time they are given. `object` is as in a violation:
 * `Service shop/web`, `Pod shop/web#1-0`, `Node node-1`.
 */
export function givenAs(object: string, loaded: readonly LoadedObject[]): readonly LoadedObject[] {
  const [kind = '', name = ''] = object.split(' ')
  const isOf = (one: LoadedObject): boolean =>
    roleOf(name) === (one.namespace === undefined ? one.name : `${one.namespace}/${one.name}`)
  const exact = loaded.filter((one) => one.kind === kind && isOf(one))
  if (exact.length > 0 || (kind !== 'Pod' && kind !== 'ReplicaSet')) return exact
  return loaded.filter((one) => workloads.includes(one.kind) && isOf(one))
}

/** `orders.yaml:24`, by the line of a field or of the object itself. */
export const placeOf = ({ file, locate }: LoadedObject, field = ''): string => `${file}:${locate(field).line}`


/** The places of all objects of a finding, each file's object once: `orders.yaml:1 (Deployment shop/orders)`. */
export function placesOf(objects: readonly string[], loaded: readonly LoadedObject[]): readonly string[] {
  const found = new Set(objects.flatMap((object) => givenAs(object, loaded)))
  return [...found].map((one) =>
    `${placeOf(one)} (${one.kind} ${one.namespace === undefined ? one.name : `${one.namespace}/${one.name}`})`)
}
