/** Scripts of containers, probes and hooks that cannot be read: each is told once, with its place and what comes of it. */
import type { LoadedObject } from '#api/manifests/load'
import type { Container, Json, JsonObject } from '#api/types'
import type { Refusal } from '#models/container/shell/syntax'
import { refusalOf } from '#models/container/shell/programs/sh'
import { profileAnnotation } from '#models/node/profile'
import { isUnderstood, wordsOf } from '#models/node/programs'
import type { Configuration } from './configuration.js'
import { hasProfile } from './unknown-images.js'
import type { ReportedError } from './verdict.js'

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const at = (object: JsonObject, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((value, name) => (isObject(value) ? value[name] : undefined), object)

/** Where the pod of a kind is that Orrery runs. */
const pods: Readonly<Record<string, readonly string[]>> =
  { Pod: [], Deployment: ['spec', 'template'], ReplicaSet: ['spec', 'template'] }

/** What is executed beside a container's own command, and what fails where that cannot be read. */
const entries: readonly (readonly [path: readonly string[], fails: string])[] = [
  [['startupProbe'], 'The probe fails'], [['readinessProbe'], 'The probe fails'],
  [['livenessProbe'], 'The probe fails'], [['lifecycle', 'postStart'], 'The hook fails'],
  [['lifecycle', 'preStop'], 'The hook fails'],
]

interface Found {
  readonly loaded: LoadedObject
  readonly field: string
  readonly name: string
}

function told({ loaded, field, name }: Found, what: string, refusal: Refusal, next: string): ReportedError {
  const { kind, namespace, name: object, file, locate } = loaded
  const { code, message, line, column } = refusal
  const place = `${what} of container ${name} of ${kind} ${namespace ?? 'default'}/${object}`
  const { line: row } = locate(field)
  return { code, file, field, line: row, next,
    message: `${place}: ${message} (its line ${line}, column ${column})` }
}

const mend = (code: Refusal['code']): string =>
  (code === 'E_SHELL_SYNTAX' ? 'Mend it.' : 'Write it as POSIX has it, or describe the container by a profile.')

function unreadIn(found: Found, container: JsonObject, images: Configuration['images']): readonly ReportedError[] {
  const spec = container as unknown as Container // checked when it was loaded; nothing defaulted is looked at
  const { field } = found
  const refusal = refusalOf(wordsOf(spec, images))
  const member = container['command'] === undefined ? 'args' : 'command'
  const comes = refusal?.code === 'E_SHELL_SYNTAX' ? 'The shell ends with status 2 here, as a real one does.'
    : 'The container is taken to behave as usual.'
  const own = refusal === undefined ? []
    : [told({ ...found, field: `${field}.${member}` }, 'the command', refusal, `${comes} ${mend(refusal.code)}`)]
  // Beside a command that is not run nothing is.
  const entered = !isUnderstood(spec, images) ? [] : entries.flatMap(([path, fails]) => {
    const words = at(container, [...path, 'exec', 'command'])
    const unread = Array.isArray(words) ? refusalOf(words.map(String)) : undefined
    const what = `the ${path.at(-1) ?? ''}`
    return unread === undefined ? []
      : [told({ ...found, field: `${field}.${path.join('.')}.exec.command` }, what, unread, `${fails} every time. ${mend(unread.code)}`)]
  })
  return [...own, ...entered]
}

/** In the order of the input. What a profile says how it behaves is not run, so nobody reads its script. */
export function unreadCommandsOf(
  loaded: readonly LoadedObject[], { images, profiles }: Pick<Configuration, 'images' | 'profiles'>,
): readonly ReportedError[] {
  return loaded.flatMap((one) => {
    const path = one.isBuiltIn ? pods[one.kind] : undefined
    if (path === undefined || at(one.object, [...path, 'metadata', 'annotations', profileAnnotation]) !== undefined) return []
    return ['initContainers', 'containers'].flatMap((list) => {
      const containers = at(one.object, [...path, 'spec', list])
      return !Array.isArray(containers) ? [] : (containers as readonly Json[]).flatMap((container, index) => { // widened by isArray
        if (!isObject(container) || hasProfile(String(container['image']), profiles)) return []
        const field = [...path, 'spec', `${list}[${index}]`].join('.')
        return unreadIn({ loaded: one, field, name: String(container['name']) }, container, images)
      })
    })
  })
}
