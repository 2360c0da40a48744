/**
 * Models: what a program of an image is to the processes of a container: one that is known, a server, or none
 * Reads: nothing (it is handed an image and words)
 * Writes: nothing
 * Omits: that a program is in one folder and not in another; tools that an image with a shell lacks
 */
import { behaviourOf, type Behaviour } from './catalogue.js'
import type { Variables } from './expansion.js'
import type { Image } from './image.js'
import type { ImageProgram, Reaction } from './processes/system.js'
import { programNamed } from './shell/programs/table.js'
import { defaultProfile, type Profile } from '../node/profile.js'

/** Of an image that nobody knows, every program that is not known runs as one that behaves well. */
export function imageProgram(
  image: Image | undefined, words: readonly string[], env: Variables, profile: Profile = {},
): ImageProgram {
  const behaviour = image && behaviourOf(image, words, env)
  if (behaviour) return programOf({ ...behaviour, profile: { ...behaviour.profile, ...profile } }, image)
  const handedTo = image && behind(image, words)
  if (handedTo) return { is: 'becomes', argv: handedTo }
  const name = baseName(words[0] ?? '')
  const isListed = image?.programs === undefined || namesIn(image).includes(name)
  if (programNamed(name)) return { is: isListed || hasShell(image) ? 'known' : 'absent' }
  return isListed ? programOf({ profile, http: [], log: [] }, image) : { is: 'absent' }
}

/** What is listed of an image with a shell is not all that it has; without one it is. */
const hasShell = (image: Image): boolean =>
  namesIn(image).some((name) => ['sh', 'ash', 'bash', 'busybox'].includes(name))

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Programs that an image is known to have, its own among them. */
const namesIn = ({ programs = [], entrypoint = [], cmd = [] }: Image): readonly string[] =>
  [...programs, ...entrypoint.slice(0, 1), ...cmd.slice(0, 1)].map(baseName)

/** An entry point that is a script runs what follows it (`docker-entrypoint.sh sh -c …`). */
function behind({ entrypoint = [] }: Image, words: readonly string[]): readonly string[] | undefined {
  const isIt =
    entrypoint.length === 1 && entrypoint[0] === words[0] && /entrypoint[^/]*$/.test(words[0] ?? '')
  return isIt && words.length > 1 ? words.slice(1) : undefined
}

function programOf({ profile, log, stopExitCode }: Behaviour, image: Image | undefined): ImageProgram {
  const { startSeconds, exits, listens = [], ...stops } = { ...defaultProfile, ...profile }
  if (exits) {
    const says = [...log, ...(exits.logs === undefined ? [] : [exits.logs])]
    return { is: 'ends', code: exits.oom ? 137 : exits.code ?? 0, after: exits.afterSeconds, says }
  }
  const { ignoresSigterm, exitsAfterSigtermSeconds: after, closesListenerAfterSeconds: closes } = stops
  const reaction: Reaction = ignoresSigterm ? {} : { exits: stopExitCode ?? 0, after, closes }
  const signal = (image?.stopSignal ?? 'SIGTERM').replace(/^SIG/, '')
  const signals = { TERM: reaction, [signal]: reaction }
  return { is: 'server', listens, after: startSeconds, says: log, signals }
}
