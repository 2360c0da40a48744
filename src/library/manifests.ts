/** Manifests for a property: from text or from files, with everything that is wrong with them in one error. */
import { formatInputError, type InputError } from '#api/manifests/input-error'
import { loadManifests, type LoadedObject } from '#api/manifests/load'
import type { JsonObject } from '#api/types'
import { validate } from '#cli/inputs'
import { loadFiles } from '#cli/read-files'
import { profileProblems } from '#models/node/profile-annotations'
import { evictionProblems } from '#models/node/eviction-annotations'
import { staticPodProblems } from '#models/node/static-pod-annotations'

/** What a user got wrong: every error has a stable code, a place and a next step. */
export class InputErrors extends Error {
  constructor(readonly errors: readonly InputError[]) {
    super(errors.map(formatInputError).join('\n'))
    this.name = 'InputErrors'
  }
}

/** Objects that the API server would take, as a person wrote them. */
export interface Manifests {
  readonly objects: readonly JsonObject[]
  /** Node objects among the input: the nodes of the cluster. */
  readonly nodes: readonly JsonObject[]
}

const isNode = ({ apiVersion, kind }: LoadedObject): boolean => apiVersion === 'v1' && kind === 'Node'

function manifestsOf(loaded: { readonly objects: readonly LoadedObject[]; readonly errors: readonly InputError[] }): Manifests {
  const errors = [...loaded.errors, ...profileProblems(loaded.objects), ...staticPodProblems(loaded.objects), ...evictionProblems(loaded.objects)]
  if (errors.length > 0) throw new InputErrors(errors)
  return {
    objects: loaded.objects.filter((one) => !isNode(one)).map(({ object }) => object),
    nodes: loaded.objects.filter(isNode).map(({ object }) => object),
  }
}

export interface ManifestOptions {
  /** Of objects that name none; `default` unless said otherwise. */
  readonly namespace?: string
}

/** YAML or JSON text, one or many documents. Throws `InputErrors`. */
export const parseManifests = (text: string, options: ManifestOptions = {}): Manifests =>
  manifestsOf(loadManifests([{ file: 'manifests.yaml', text }], { validate, ...options }))

/** Files and directories, as `-f` takes them. Rejects with `InputErrors`. */
export const readManifests = async (
  paths: string | readonly string[], options: ManifestOptions & { readonly recursive?: boolean } = {},
): Promise<Manifests> =>
  manifestsOf(await loadFiles(typeof paths === 'string' ? [paths] : paths, { validate, ...options }))
