/** The kinds that can be described, and what they are called on the command line. */
import type { Resource, Resources, StoredObject } from '#machine/objects'
import type { Called } from '../no-such.js'
import { describePod } from './pod.js'
import type { Scene } from './scene.js'

export interface Described extends Called {
  readonly resource: Resource
  readonly isNamespaced: boolean
  readonly describe: (scene: Scene, object: StoredObject) => string
}

const kind = <R extends Resource>(
  resource: R, names: readonly string[], describe: (scene: Scene, object: Resources[R]) => string, isNamespaced = true,
): Described => ({
  resource, names, isNamespaced,
  describe: (scene, object) => describe(scene, object as unknown as Resources[R]), // objects are listed by resource
})

export const describedKinds: readonly Described[] = [
  kind('pods', ['pod', 'po'], describePod),
]

export const kindCalled = (word: string): Described | undefined => {
  const [name = ''] = word.toLowerCase().split('.') // pods.v1, deployments.apps
  return describedKinds.find(({ resource, names }) => resource === name || names.includes(name))
}
