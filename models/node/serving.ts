/**
 * Models: what the server in a container answers to GET, where its image is known: by port, path and the time since its start
 * Reads: profile, images, the pod's annotation orrery.dev/profile
 * Writes: nothing
 * Omits: servers that nobody knows, whose profile says what they do, or that listen elsewhere than their image says: they
 *   answer 200; what they are told by files that are mounted: a path that is not listed is then answered with 200 as well
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Container as ContainerSpec, Pod } from '#api/types'
import type { Cells } from '#kernel/cells'
import { answerAt, behaviourOf, catalogue, findImage } from '../container/catalogue.js'
import { envVarsToMap, expandContainerCommandAndArgs, processArgs, type EnvVar } from '../container/command.js'
import type { Catalogue, HttpAnswer } from '../container/image.js'
import { programNamed } from '../container/shell/programs/table.js'
import { ownImages } from './known-images.js'
import { saysHowItBehaves } from './profile.js'

export interface Serving {
  readonly answers: readonly HttpAnswer[]
  /** What is mounted, or written by a hook, may be served as well. */
  readonly open?: true
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const mayServeMore = ({ volumeMounts = [], lifecycle }: ContainerSpec): boolean =>
  lifecycle?.postStart?.exec !== undefined || volumeMounts.some(({ name }) => !name.startsWith('kube-api-access-'))

function serves(spec: ContainerSpec, own: Catalogue): Serving | undefined {
  const image = findImage(spec.image, own, catalogue)
  if (image?.runs?.some(({ http = [] }) => http.length > 0) !== true) return undefined
  const said = (spec.env ?? []).flatMap(({ name, value }): readonly EnvVar[] => (value === undefined ? [] : [{ name, value }]))
  const words = processArgs(expandContainerCommandAndArgs(spec, said), image)
  // A shell does what its script says, whatever else is in the image.
  if (either.isLeft(words) || programNamed(baseName(words.right[0] ?? '')) !== undefined) return undefined
  const { http: answers = [] } = behaviourOf(image, words.right, { ...image.env, ...envVarsToMap(said) }) ?? {}
  if (answers.length === 0) return undefined
  return { answers, ...(mayServeMore(spec) ? { open: true as const } : {}) }
}

// A cache of a pure function of immutable objects.
const known = new WeakMap<Catalogue, WeakMap<ContainerSpec, { readonly serving: Serving | undefined }>>()

/** What is known of the container's answers; `undefined` where it answers everything alike. */
export function servingOf(cells: Cells, pod: Pod, spec: ContainerSpec): Serving | undefined {
  const own = ownImages(cells)
  let bySpec = known.get(own)
  if (bySpec === undefined) known.set(own, bySpec = new WeakMap())
  let found = bySpec.get(spec)
  if (found === undefined) bySpec.set(spec, found = { serving: serves(spec, own) })
  return found.serving === undefined || saysHowItBehaves(cells, pod, spec) ? undefined : found.serving
}

/** Seconds after the start at which an answer changes. */
export const servingChanges = ({ answers }: Serving): readonly number[] =>
  [...new Set(answers.flatMap(({ afterSeconds = 0, untilSeconds = 0 }) => [afterSeconds, untilSeconds]))]
    .filter((seconds) => seconds > 0).sort((a, b) => a - b)

export interface Page {
  readonly code: number
  readonly body: string
  /** Where a redirect leads to. */
  readonly location?: string
}

/** The answer to GET so many seconds after the start; `undefined` where nothing is known of that port. */
export function pageOf({ answers, open }: Serving, port: number, path: string, seconds: number): Page | undefined {
  if (!answers.some((one) => one.port === port)) return undefined
  const found = answerAt(answers, port, path, seconds)
  if (found === undefined) return { code: open === true ? 200 : 404, body: '' }
  const { code = 200, body = '', location } = found
  return { code, body, ...(location === undefined ? {} : { location }) }
}
