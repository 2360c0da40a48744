/** What is asked for and is not there: said in one sentence, with what there is. */
import type { InputError } from '#api/manifests/input-error'
import { nearest } from '#api/manifests/suggest'
import { splitName } from '#machine/objects'
import type { Script } from '#models/client/script'
import { userKey } from '#properties/scenario'
import type { Recorded } from '#trace/record'
import type { Looked } from './look.js'
import { duration } from './words.js'

/** What a kind is called on the command line. */
export interface Called {
  readonly resource: string
  /** In the singular, and short. */
  readonly names: readonly string[]
}

/** `default/web`; a node has no namespace. No name stands for all of the namespace. */
export function fullName(
  { isNamespaced }: { readonly isNamespaced: boolean },
  name = '',
  namespace = 'default',
): string {
  if (!isNamespaced) return name
  return name.includes('/') ? name : `${namespace}/${name}`
}

export function noSuchKind(command: string, word: string, kinds: readonly Called[]): InputError {
  const near = nearest(
    word,
    kinds.flatMap(({ resource, names }) => [resource, ...names]),
  )
  const all = kinds
    .map(({ names: [name = '', short] }) => (short === undefined ? name : `${name} (${short})`))
    .join(', ')
  return {
    code: 'E_UNKNOWN_RESOURCE',
    file: `orrery ${command}`,
    message: `Orrery does not ${command} "${word}"`,
    next: near === undefined ? `It shows: ${all}.` : `Did you mean ${near}? It shows: ${all}.`,
  }
}

/** In the API server's words; then when it was there, or what is called nearly so. */
export function noSuchObject(command: string, resource: string, full: string, looked: Looked): InputError {
  const { namespace, name } = splitName(full)
  const message =
    name === ''
      ? `no ${resource} found${namespace === '' ? '' : ` in namespace "${namespace}"`}`
      : `${resource} "${name}" not found`
  return {
    code: 'E_NO_SUCH_OBJECT',
    file: `orrery ${command}`,
    message,
    next: whenItWas(resource, full, looked) ?? whatThereIs(resource, full, looked),
  }
}

function whenItWas(resource: string, full: string, { recording, moment }: Looked): string | undefined {
  const key = `store|${resource}|${full}`
  const changed =
    (test: (before: unknown, after: unknown) => boolean) =>
    (step: Recorded): boolean =>
      step.changes.some((change) => change.key === key && test(change.before, change.after))
  const gone = recording.steps.findLast(
    (step) => step.n <= moment.steps && changed((_, after) => after === undefined)(step),
  )
  if (gone !== undefined)
    return `It was gone after Step ${gone.n} (${duration(gone.at)}): give --step ${gone.n - 1}.`
  const made = recording.steps.find(
    (step) => step.n > moment.steps && changed((before) => before === undefined)(step),
  )
  return made === undefined
    ? undefined
    : `It is created in Step ${made.n} (${duration(made.at)}): give --step ${made.n} or a later one.`
}

/** What a cluster draws at random is numbered here: `web-5d4f8c7b9-x2x9k` may be `web#1-0`. */
function drawnName(resource: string, full: string, all: readonly string[]): string | undefined {
  const drawn =
    resource === 'pods'
      ? /^(.+)-[a-z0-9]{6,10}-[a-z0-9]{5}$/
      : resource === 'replicasets'
        ? /^(.+)-[a-z0-9]{6,10}$/
        : undefined
  const { namespace, name } = splitName(full)
  const base = drawn?.exec(name)?.[1]
  const here = all
    .map(splitName)
    .filter((one) => one.namespace === namespace && one.name.startsWith(`${base ?? ''}#`))
    .map((one) => one.name)
  if (base === undefined || here.length === 0) return undefined
  const names = `${here.slice(0, most).join(', ')}${here.length > most ? ', …' : ''}`
  return `What a cluster draws at random is numbered here; those of ${base} are called ${names}.`
}

/** How many names are listed. */
const most = 8

function whatThereIs(resource: string, full: string, { moment }: Looked): string {
  const all = moment.keys(`store|${resource}|`).map((key) => key.slice(`store|${resource}|`.length))
  const { namespace } = splitName(full)
  const drawn = drawnName(resource, full, all)
  if (drawn !== undefined) return drawn
  const near = nearest(full, all)
  if (near !== undefined) return `Did you mean ${splitName(near).name}?`
  const here = all.filter((one) => splitName(one).namespace === namespace).map((one) => splitName(one).name)
  const list = (names: readonly string[]): string =>
    `${names.slice(0, most).join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`
  if (here.length > 0) return `There are: ${list(here)}.`
  const { failed = [] } = (moment.get(userKey) ?? {}) as Partial<Script> // the user's own cell
  if (all.length === 0 && failed.length > 0) return `kubectl printed: ${failed[0]?.message ?? ''}`
  return all.length === 0
    ? `There are no ${resource} at this moment; --step or --at choose another.`
    : `There are in other namespaces: ${list(all)}.`
}
