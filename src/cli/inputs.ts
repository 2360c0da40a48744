/** From the command line and the files it names to a scenario, or to everything that is wrong with them. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { admitCreate } from '#api/admit'
import { isModelledKind } from '#api/codecs'
import type { InputError } from '#api/manifests/input-error'
import type { LoadedObject } from '#api/manifests/load'
import type { JsonObject, Node } from '#api/types'
import { decodeScenario } from '#models/client/scenario-file'
import { defaultScenario } from '#models/client/default-scenario'
import type { UserAction } from '#models/client/user-actions'
import { unmodelledOf } from '#models/modelled'
import { buildNode, completeNode } from '#models/node-lifecycle/nodes'
import type { Profile } from '#models/node/profile'
import { profileProblems } from '#models/node/profile-annotations'
import { evictionProblems } from '#models/node/eviction-annotations'
import { staticPodProblems } from '#models/node/static-pod-annotations'
import type { Scenario } from '#properties/scenario'
import { noConfiguration, parseConfiguration, type Configuration } from './configuration.js'
import { loadFiles } from './read-files.js'
import { assumedOf, assuming } from './assumed.js'
import type { NotModelled } from './verdict.js'

export interface InputOptions {
  readonly filename: readonly string[]
  readonly then?: readonly string[]
  readonly recursive?: boolean
  readonly nodes?: number
  /** A file with the user's actions. */
  readonly scenario?: string
  readonly config?: string
  readonly namespace?: string
}

export interface Inputs {
  readonly scenario: Scenario
  readonly configuration: Configuration
  readonly notModelled: readonly NotModelled[]
  readonly errors: readonly InputError[]
  /** Every object of the input, with its place. */
  readonly loaded: readonly LoadedObject[]
}

/** Field errors in upstream's words, for kinds that have defaults and validation. */
export function validate(object: JsonObject): readonly { readonly field: string; readonly message: string }[] {
  const kind = String(object['kind'])
  if (!isModelledKind(kind)) return []
  const admitted = admitCreate(kind, object)
  if (!isLeft(admitted)) return []
  const causes = admitted.left.details?.causes ?? []
  if (causes.length === 0) return [{ field: '', message: admitted.left.message ?? 'refused' }]
  return causes.map(({ field, message }) => ({ field: field ?? '', message: message ?? '' }))
}

export async function readInputs(options: InputOptions, claims: readonly string[]): Promise<Inputs> {
  const errors: InputError[] = []
  const load = async (paths: readonly string[]): Promise<readonly LoadedObject[]> => {
    const loaded = await loadFiles(paths, {
      recursive: options.recursive === true, validate,
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    })
    errors.push(...loaded.errors, ...profileProblems(loaded.objects), ...staticPodProblems(loaded.objects), ...evictionProblems(loaded.objects))
    return loaded.objects
  }
  const { configuration, folder } = configure(options, claims, errors)
  const first = await load(options.filename)
  const second = options.then === undefined || options.then.length === 0 ? [] : await load(options.then)
  const script = await scriptOf(options, configuration, folder, first, second, load, errors)
  const all = [...first, ...second, ...script.loaded]
  const given = all.filter(isNode).map(({ object }) => object as unknown as Node) // its fields were checked
  const count = options.nodes ?? configuration.nodes ?? (given.length > 0 ? given.length : 3)
  const nodes = given.length > 0
    ? given.map((node, index) => completeNode(node, index, { podCidr: true }))
    : Array.from({ length: count }, (_, index) => buildNode(index, { podCidr: true, zone: `zone-${String.fromCharCode(97 + (index % 3))}` }))
  const objects = all.map(({ object }) => object)
  const { images, establishedConnections } = configuration
  const scenario: Scenario = {
    nodes, script: script.actions, profiles: expand(configuration.profiles, script.actions), mutants: [],
    ...(Object.keys(images).length === 0 ? {} : { images }),
    ...(establishedConnections === 'reset' ? { resets: true as const } : {}),
  }
  return {
    scenario: assuming(scenario, assumedOf(objects)),
    configuration,
    notModelled: unmodelledOf(objects),
    errors,
    loaded: all,
  }
}

/** Why nothing is done with these inputs; empty where something is. */
export function refusal({ errors, scenario }: Inputs, { filename }: Pick<InputOptions, 'filename'>): readonly InputError[] {
  const isAnything = scenario.script.some((action) => !('objects' in action) || action.objects.length > 0)
  if (errors.length > 0 || isAnything) return errors
  return [{
    code: 'E_NOTHING_TO_DO', file: filename.join(', ') || 'orrery', message: 'there is no object to apply',
    next: 'Name manifests with -f, or give a scenario that brings some.',
  }]
}

const isNode = ({ apiVersion, kind }: LoadedObject): boolean => apiVersion === 'v1' && kind === 'Node'

/** `orrery.yaml` in the first directory given, or beside the first file. */
function configure(
  options: InputOptions, claims: readonly string[], errors: InputError[],
): { readonly configuration: Configuration; readonly folder: string } {
  const first = options.filename[0] ?? '.'
  const folder = first === '-' ? '.' : isDirectory(first) ? first : dirname(first)
  const path = options.config ?? join(folder, 'orrery.yaml')
  if (!existsSync(path) && options.config === undefined) return { configuration: noConfiguration, folder }
  const text = readText(path, '--config', errors)
  if (text === undefined) return { configuration: noConfiguration, folder }
  const parsed = parseConfiguration(text, path, claims)
  errors.push(...parsed.errors)
  return { configuration: parsed.configuration, folder: dirname(path) }
}

interface Script {
  readonly actions: readonly UserAction[]
  /** Objects that the scenario itself brings. */
  readonly loaded: readonly LoadedObject[]
}

async function scriptOf(
  options: InputOptions, configuration: Configuration, folder: string, first: readonly LoadedObject[],
  second: readonly LoadedObject[], load: (paths: readonly string[]) => Promise<readonly LoadedObject[]>, errors: InputError[],
): Promise<Script> {
  const objectsOf = (loaded: readonly LoadedObject[]): readonly JsonObject[] =>
    loaded.filter((one) => !isNode(one)).map(({ object }) => object)
  const apply = (loaded: readonly LoadedObject[], files: readonly string[]): UserAction =>
    ({ do: 'apply', files, objects: objectsOf(loaded) })
  const file = options.scenario
  const text = file === undefined ? undefined : readText(file, '--scenario', errors)
  if (file !== undefined && text === undefined) return { actions: [], loaded: [] }
  const base = file === undefined ? folder : dirname(file)
  if (file === undefined && configuration.scenario === undefined) {
    if (first.length === 0) return { actions: [], loaded: [] }
    const actions = [apply(first, options.filename)]
    return second.length > 0
      ? { actions: [...actions, apply(second, options.then ?? [])], loaded: [] }
      : { actions: [...actions, ...defaultScenario(objectsOf(first))], loaded: [] }
  }
  const decoded = decodeScenario(text ?? configuration.scenario ?? [], file ?? join(folder, 'orrery.yaml'))
  errors.push(...decoded.errors)
  const loaded: LoadedObject[] = []
  const actions: UserAction[] = []
  for (const action of decoded.actions) {
    if (!('objects' in action) || action.files === undefined || action.objects.length > 0) {
      actions.push(action)
      continue
    }
    const paths = action.files.map((path) => (isAbsolute(path) ? path : join(base, path)))
    const isFirst = paths.every((path) => options.filename.some((given) => resolve(given) === resolve(path)))
    const objects = isFirst ? first : await load(paths)
    if (!isFirst) loaded.push(...objects)
    actions.push({ ...action, files: paths, objects: objectsOf(objects) })
  }
  // What -f names comes first, unless the scenario says itself when.
  const bringsFirst = actions.some((action) => 'objects' in action && action.objects.some((object) => first.some((one) => one.object === object)))
  return { actions: bringsFirst || first.length === 0 ? actions : [apply(first, options.filename), ...actions], loaded }
}

/** The text of a file that an option names; undefined, and an error, where it cannot be read. */
function readText(file: string, option: string, errors: InputError[]): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const isMissing = !existsSync(file)
    errors.push({
      code: isMissing ? 'E_NO_SUCH_FILE' : 'E_FILE_UNREADABLE', file,
      message: isMissing ? `the path "${file}" does not exist`
        : `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      next: `Check the path given with ${option}.`,
    })
    return undefined
  }
}

const isDirectory = (path: string): boolean => existsSync(path) && statSync(path).isDirectory()

/** `registry/app/*` stands for every image that begins so. */
export function expand(profiles: Readonly<Record<string, Profile>>, actions: readonly UserAction[]): Readonly<Record<string, Profile>> {
  const images = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, member] of Object.entries(value)) {
      if (name === 'image' && typeof member === 'string') images.add(member)
      else visit(member)
    }
  }
  actions.forEach(visit)
  for (const action of actions) if (action.do === 'set-image') for (const image of Object.values(action.images)) images.add(image)
  const expanded: Record<string, Profile> = {}
  for (const [pattern, profile] of Object.entries(profiles)) {
    if (!pattern.endsWith('*')) expanded[pattern] = profile
    else for (const image of [...images].sort()) if (image.startsWith(pattern.slice(0, -1))) expanded[image] ??= profile
  }
  return expanded
}
