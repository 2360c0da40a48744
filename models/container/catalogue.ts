/**
 * Models: which of the images that are known a container runs, and how what it starts there behaves
 * Reads: nothing (it is handed a name and a catalogue)
 * Writes: nothing
 * Omits: versions of an image that differ in what is said of it, unless an entry names the tag
 */
import { images } from './catalogue.generated.js'
import { imageName } from './image-name.js'
import type { Catalogue, HttpAnswer, Image, Run } from './image.js'
import type { Profile } from '../node/profile.js'
import type { Variables } from './expansion.js'

/** Images that people use, by each of their names: images/*.yaml. */
export const catalogue: Catalogue = Object.fromEntries(Object.entries(images).flatMap(
  ([name, image]) => [name, ...(image.aliases ?? []).map((alias) => imageName(alias).name)]
    .map((one) => [one, image] as const)))

/**
 * What is known of an image: by its tag or digest, else by its name, else by the longest beginning.
 * Catalogues that come first stand above later ones, field by field. Nothing where none knows it.
 */
export function findImage(reference: string, ...catalogues: readonly Catalogue[]): Image | undefined {
  const { name, tag, digest } = imageName(reference)
  const found = catalogues.flatMap((catalogue) => {
    const image = (digest === undefined ? undefined : catalogue[`${name}@${digest}`])
      ?? (tag === undefined ? undefined : catalogue[`${name}:${tag}`])
      ?? catalogue[name] ?? byBeginning(name, catalogue)
    return image === undefined ? [] : [image]
  })
  return found.length === 0 ? undefined : found.reduceRight((below, above) => ({ ...below, ...above }))
}

function byBeginning(name: string, catalogue: Catalogue): Image | undefined {
  let best: string | undefined
  for (const key of Object.keys(catalogue)) {
    if (key.endsWith('*') && name.startsWith(key.slice(0, -1)) && key.length > (best?.length ?? 0)) best = key
  }
  return best === undefined ? undefined : catalogue[best]
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const begins = (words: readonly string[], wanted: readonly string[]): boolean => wanted.every((word, index) =>
  (index === 0 ? baseName(words[0] ?? '') : words[index]) === word)

/**
 * How the program behaves that is started with these words. An image's ENTRYPOINT that hands over to what
 * follows it (`docker-entrypoint.sh nginx`) is passed over.
 */
export function findRun({ entrypoint = [], runs = [] }: Image, words: readonly string[]): Run | undefined {
  const isHandedOver = entrypoint.every((word, index) => words[index] === word)
  const after = isHandedOver ? words.slice(entrypoint.length) : words
  return runs.find(({ command }) =>
    begins(words, command) || (command.length > 0 && begins(after, command)))
}

/** `--port=80`, `--port 80`; the port may stand behind an address, as in `:80`. */
function flagValue(words: readonly string[], flag: string): string | undefined {
  for (const [index, word] of words.entries()) {
    if (word === flag) return words[index + 1]
    if (word.startsWith(`${flag}=`)) return word.slice(flag.length + 1)
  }
  return undefined
}

/** A run with its ports where the words and the environment have moved them. */
export interface Behaviour {
  readonly profile: Profile
  readonly http: readonly HttpAnswer[]
  readonly stopExitCode?: number
  readonly log: readonly string[]
}

/** What a container does that runs these words in an image; nothing where it is not known. */
export function behaviourOf(image: Image, words: readonly string[], env: Variables): Behaviour | undefined {
  const run = findRun(image, words)
  if (run === undefined) return undefined
  const { command, listens = [], http = [], needsOneOf, stopExitCode, log = [] } = run
  const isLacking = needsOneOf !== undefined && needsOneOf.every((name) => (env[name] ?? '') === '')
  const profile: Profile = { ...run.profile, ...(isLacking ? { exits: { afterSeconds: 0, code: 1 } } : {}) }
  const start = words.findIndex((_, index) => begins(words.slice(index), command))
  const moved = new Map<number, number>()
  for (const { port, flag, env: name, argument } of listens) {
    const said = (flag === undefined ? undefined : flagValue(words, flag))
      ?? (argument === undefined ? undefined : words[start + command.length + argument])
      ?? (name === undefined ? undefined : env[name])
    moved.set(port, Number(/(?:^|:)(\d+)$/.exec(said ?? '')?.[1] ?? port))
  }
  return {
    profile: listens.length === 0 ? profile : { ...profile, listens: [...new Set(moved.values())] },
    http: http.map((one) => ({ ...one, port: moved.get(one.port) ?? one.port })),
    log, ...(stopExitCode === undefined ? {} : { stopExitCode }),
  }
}

/** The answer that counts at a time after the program's start. */
export function answerAt(http: readonly HttpAnswer[], port: number, path: string, seconds: number): HttpAnswer | undefined {
  const plain = path.replace(/[?#].*$/, '')
  return http.find((one) => one.port === port
    && (one.path.endsWith('*') ? plain.startsWith(one.path.slice(0, -1)) : plain === one.path)
    && seconds >= (one.afterSeconds ?? 0) && seconds < (one.untilSeconds ?? Infinity))
}

/** What is answered to GET at a time after the program's start; nothing where nobody listens there. */
export function httpAnswer(
  { profile, http }: Behaviour, port: number, path: string, seconds: number,
): { readonly code: number; readonly body: string } | undefined {
  if (profile.listens !== undefined && !profile.listens.includes(port)) return undefined
  const found = answerAt(http, port, path, seconds)
  return found === undefined ? { code: 404, body: '' } : { code: found.code ?? 200, body: found.body ?? '' }
}
