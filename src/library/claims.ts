/** Claims of your own, in few words. What is built in is written with the same types (`Claim`). */
import type { Cells } from '#kernel/cells'
import type { Always, Ending, Finally, Finding, Judging, Step, Verdict } from '#checker/claim'
import { equal } from '#kernel/value'
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

export interface LeadsToOptions<R extends Resource> extends Common<R> {
  /** What begins it. Asked in every World. */
  when(object: Resources[R], sight: Sight): boolean
  /** What has to come of it, at once or later. Asked in every World in which it is owed. */
  then(object: Resources[R], sight: Sight): boolean
}

export interface QuiescentOptions<R extends Resource> extends Common<R> {
  /** An object may be written without end, as a pod is whose container fails again and again. */
  unless?(object: Resources[R], sight: Sight): boolean
}

export interface OnWriteOptions<R extends Resource> extends Common<R> {
  /** `before` is absent where the object is created, `after` where it is gone. */
  check(before: Resources[R] | undefined, after: Resources[R] | undefined, sight: Sight): Answer
}

/** What a claim does not ask for is not read: the clock, above all. */
const sightOf = (judging: Judging): Sight => Object.assign(Object.create(judging) as Judging, { objects: new Newest(judging.cells) })

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

/**
 * Holds of every object of a resource in the end: where things have settled; and where they go round in a loop for ever, in
 * one World of it at least. How long an order is does not matter: where things still go on without a loop, nothing is judged.
 */
export const eventually = <R extends Resource>(name: string, { title, of, source = own, check }: EventuallyOptions<R>): Finally => ({
  kind: 'finally', name, title, source,
  subjects: namesOf(of),
  check(judging, subject, ending) {
    const object = judging.cells.read(objectKey(of, subject))
    if (object === undefined || !isEnd(judging, ending)) return undefined
    return verdictOf(check(object, sightOf(judging), ending), title, of, subject)
  },
})

/** Where things are left for ever as they are, or go round for ever. */
const isEnd = ({ round }: Judging, ending: Ending): boolean => ending === 'quiescent' || round !== undefined

/**
 * Whenever `when` was so of an object, `then` is so at that time or later. Broken where it is owed when things have settled,
 * and where they go round in a loop for ever and it is owed in all of it. An object that is gone owes nothing.
 */
export const leadsTo = <R extends Resource>(name: string, { title, of, source = own, when, then }: LeadsToOptions<R>): Finally => ({
  kind: 'finally', name, title, source,
  subjects: namesOf(of),
  watch(judging) {
    const sight = sightOf(judging)
    const owed = owedBy(judging)
    const now: Record<string, boolean> = {}
    for (const subject of judging.cells.read(allKey(of)) ?? []) {
      const object = judging.cells.read(objectKey(of, subject))
      if (object === undefined) continue
      if (owed[subject] === true || when(object, sight)) now[subject] = !then(object, sight)
      else if (owed[subject] === false) now[subject] = false
    }
    if (!equal(owed, now)) judging.memory.set('owed', now)
  },
  check(judging, subject, ending) {
    const owed = owedBy(judging)[subject]
    if (owed === undefined || !isEnd(judging, ending)) return undefined
    return verdictOf(!owed, title, of, subject)
  },
})

/** By object that it was ever so of: whether what has to come of it is still owed. */
const owedBy = ({ memory }: Judging): Readonly<Record<string, boolean>> =>
  (memory.get('owed') ?? {}) as Readonly<Record<string, boolean>> // as written above

/** In the end nobody writes objects of a resource any more: things settle, or what goes round for ever leaves them alone. */
export const quiescent = <R extends Resource>(name: string, { title, of, source = own, unless }: QuiescentOptions<R>): Finally => ({
  kind: 'finally', name, title, source,
  subjects: () => [''],
  check(judging, _, ending) {
    if (ending === 'quiescent') return (judging.cells.read(allKey(of)) ?? []).length > 0 ? 'held' : undefined
    if (judging.round === undefined) return undefined
    const sight = sightOf(judging)
    const written = [...judging.round].filter((key) => key.startsWith(`store|${of}|`)).map((key) => key.slice(`store|${of}|`.length))
    const wrong = written.filter((name) => {
      const object = judging.cells.read(objectKey(of, name))
      return object === undefined || unless?.(object, sight) !== true
    })
    const objects = wrong.map((name) => `${nouns[of]} ${name}`)
    return objects.length === 0 ? 'held'
      : { message: `${objects.join(', ')}: it is not so that ${title}. Written for ever, over and over.`, objects }
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
