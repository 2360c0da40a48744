/** Claims of your own, in few words. What is built in is written with the same types (`Claim`). */
import type { Cells } from '#kernel/cells'
import type { Always, Ending, Finally, Finding, Judging, Step, Verdict } from '#checker/claim'
import { allKey, objectKey, type Resource, type Resources } from '#machine/objects'
import { Newest } from '#machine/view'

/** What a claim sees: the objects in etcd, the clock, and what it has kept in mind itself. */
export interface Sight extends Judging {
  readonly objects: Newest
}

/** `true`: it holds. `false`: it does not. A text or Finding says why not. `undefined`: nothing to judge here. */
export type Answer = boolean | string | Finding | undefined

interface Common<R extends Resource> {
  /** The claim as a sentence. */
  readonly title: string
  /** The resource that it is about: judged for each object of it. */
  readonly of: R
  /** Where it comes from: an agreement, an incident, a page. */
  readonly source?: string
}

export interface AlwaysOptions<R extends Resource> extends Common<R> {
  check(object: Resources[R], sight: Sight): Answer
}

export interface EventuallyOptions<R extends Resource> extends Common<R> {
  check(object: Resources[R], sight: Sight, ending: Ending): Answer
}

export interface OnWriteOptions<R extends Resource> extends Common<R> {
  /** `before` is absent where the object is created, `after` where it is gone. */
  check(before: Resources[R] | undefined, after: Resources[R] | undefined, sight: Sight): Answer
}

const sightOf = (judging: Judging): Sight => ({ ...judging, objects: new Newest(judging.cells) })

const nouns: Readonly<Record<Resource, string>> = {
  namespaces: 'Namespace', nodes: 'Node', pods: 'Pod', replicasets: 'ReplicaSet', deployments: 'Deployment', services: 'Service',
  endpointslices: 'EndpointSlice', leases: 'Lease', configmaps: 'ConfigMap', secrets: 'Secret',
  serviceaccounts: 'ServiceAccount', poddisruptionbudgets: 'PodDisruptionBudget',
}

function verdictOf(answer: Answer, title: string, of: Resource, name: string): Verdict {
  if (answer === undefined || answer === true) return answer === true ? 'held' : undefined
  const what = `${nouns[of]} ${name}`
  if (answer === false) return { message: `${what}: it is not so that ${title}.`, objects: [what] }
  return typeof answer === 'string' ? { message: answer, objects: [what] } : answer
}

const own = 'a claim of this property'
const namesOf = (resource: Resource) => (cells: Cells): readonly string[] => cells.read(allKey(resource)) ?? []

/** Holds of every object of a resource, in every World. */
export const always = <R extends Resource>(name: string, { title, of, source = own, check }: AlwaysOptions<R>): Always => ({
  kind: 'always', name, title, source,
  subjects: namesOf(of),
  check(judging, subject) {
    const object = judging.cells.read(objectKey(of, subject))
    return object === undefined ? undefined : verdictOf(check(object, sightOf(judging)), title, of, subject)
  },
})

/** Holds of every object of a resource in the end: when nothing happens any more, or things went on for too long. */
export const eventually = <R extends Resource>(name: string, { title, of, source = own, check }: EventuallyOptions<R>): Finally => ({
  kind: 'finally', name, title, source,
  subjects: namesOf(of),
  check(judging, subject, ending) {
    const object = judging.cells.read(objectKey(of, subject))
    return object === undefined ? undefined : verdictOf(check(object, sightOf(judging), ending), title, of, subject)
  },
})

/** Holds of every write to an object of a resource. */
export const onWrite = <R extends Resource>(name: string, { title, of, source = own, check }: OnWriteOptions<R>): Step => ({
  kind: 'step', name, title, source,
  on: [`store|${of}|`],
  check(judging, { key, before, after }) {
    const [was, is] = [before as Resources[R] | undefined, after as Resources[R] | undefined] // by prefix
    return verdictOf(check(was, is, sightOf(judging)), title, of, key.slice(`store|${of}|`.length))
  },
})
