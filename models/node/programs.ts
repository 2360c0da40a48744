/**
 * Models: which containers are run by what their command says, and which by a profile
 * Reads: profile, images, the pod's annotation orrery.dev/profile
 * Writes: nothing
 * Omits: scripts that are understood by a real shell alone, and programs that nobody knows: they are servers, as profiles say
 */
import type { Container as ContainerSpec, Pod } from '#api/types'
import type { Cells } from '#kernel/cells'
import { isRestartableInitContainer } from '#api/pods'
import { behaviourOf, findImage, catalogue } from '../container/catalogue.js'
import type { Catalogue } from '../container/image.js'
import { refusalOf } from '../container/shell/programs/sh.js'
import { programNamed } from '../container/shell/programs/table.js'
import { ownImages } from './known-images.js'
import { saysHowItBehaves } from './profile.js'

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

// A cache of a pure function of immutable objects.
const known = new WeakMap<Catalogue, WeakMap<ContainerSpec, boolean>>()

/** What is started: the image's own where the container names none. */
export function wordsOf({ command = [], args = [], image }: Pick<ContainerSpec, 'command' | 'args' | 'image'>, own: Catalogue): readonly string[] {
  if (command.length > 0) return [...command, ...args]
  const found = findImage(image, own, catalogue)
  if (found === undefined) return []
  return [...found.entrypoint ?? [], ...(args.length > 0 ? args : found.cmd ?? [])]
}

/** Something is executed in the container beside what it is started with. */
const isEntered = ({ lifecycle, startupProbe, readinessProbe, livenessProbe }: ContainerSpec): boolean =>
  [lifecycle?.postStart, lifecycle?.preStop, startupProbe, readinessProbe, livenessProbe].some((handler) => handler?.exec !== undefined)

/** A server of the catalogue: what it does is known as well, and is asked for where commands run beside it. */
function isKnownServer(spec: ContainerSpec, words: readonly string[], own: Catalogue): boolean {
  const image = isEntered(spec) ? findImage(spec.image, own, catalogue) : undefined
  return image !== undefined && behaviourOf(image, words, {}) !== undefined
}

/** Whether Orrery knows the program that is started and, where that is a shell, understands its script, or that it is none. */
export function isUnderstood(spec: ContainerSpec, own: Catalogue): boolean {
  let bySpec = known.get(own)
  if (bySpec === undefined) known.set(own, bySpec = new WeakMap())
  let understood = bySpec.get(spec)
  if (understood === undefined) {
    const words = wordsOf(spec, own)
    const name = baseName(words[0] ?? '')
    const isKnown = name !== '' && !name.startsWith('(') && programNamed(name) !== undefined
    understood = isKnown ? refusalOf(words)?.code !== 'E_SHELL_SUBSET' : isKnownServer(spec, words, own)
    bySpec.set(spec, understood)
  }
  return understood
}

/** Whether a container does what its command says. A profile that says how it behaves stands above that. */
export const isProgram = (cells: Cells, pod: Pod, spec: ContainerSpec): boolean =>
  isUnderstood(spec, ownImages(cells)) && !saysHowItBehaves(cells, pod, spec)

/** An init container, and no sidecar: what nobody knows in it does its work and ends. */
export const mustEnd = (pod: Pod, { name }: ContainerSpec): boolean =>
  (pod.spec.initContainers ?? []).some((init) => init.name === name && !isRestartableInitContainer(init))
