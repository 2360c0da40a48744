/**
 * Models: what the processes of a container meet: the files that they see, the network of their pod, the programs of
 *   their image
 * Reads: images, and what models/network/pod-network.ts reads
 * Writes: nothing
 * Omits: programs that nobody knows: in an init container they do their work in a second, beside the first process at
 *   once, elsewhere they are servers as the container's profile says
 */
import { behaviourOf } from '../container/catalogue.js'
import { handedTo } from '../container/entry-point.js'
import { fileCall } from '../container/files/call.js'
import type { View } from '../container/files/view.js'
import type { ImageProgram, System } from '../container/processes/system.js'
import { programNamed } from '../container/shell/programs/table.js'
import type { Cells } from '#kernel/cells'
import { networkAnswer, type Place } from '../network/pod-network.js'
import { imageOf } from './known-images.js'
import type { FullProfile } from './profile.js'

export interface Surroundings {
  readonly cells: Cells
  readonly place: Place
  readonly image: string
  readonly env: Readonly<Record<string, string>>
  readonly profile: FullProfile
  readonly ports: readonly number[]
  /** What a program does that nobody knows. */
  readonly stranger: 'serves' | 'ends' | 'ends at once'
}

/** A System with the files as they are now. */
export interface ContainerSystem extends System {
  readonly view: View
}

export function systemOver(view: View, around: Surroundings): ContainerSystem {
  const { cells, place } = around
  const system: ContainerSystem = {
    view,
    file(call, { cwd, who }) {
      const [next, answer] = fileCall(view, cwd, call, who)
      return [answer, next === view ? system : systemOver(next, around)]
    },
    network: (call) => [networkAnswer(cells, place, call), system],
    program: (argv) => [programIn(around, argv), system],
  }
  return system
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function programIn({ cells, image, env, profile, ports, stranger }: Surroundings, argv: readonly string[]): ImageProgram {
  const name = baseName(argv[0] ?? '')
  const known = imageOf(cells, image)
  if (programNamed(name) !== undefined) {
    const isThere = known?.programs === undefined || known.programs.length > 0
    return isThere ? { is: 'known' } : { is: 'absent' }
  }
  if (name === 'nginx' && argv[1] === '-s') return controlled(argv[2] ?? '')
  const rest = known === undefined ? undefined : handedTo(known, argv)
  if (rest !== undefined) return { is: 'becomes', argv: rest }
  const behaviour = known === undefined ? undefined : behaviourOf(known, argv, env)
  if (behaviour !== undefined) {
    const { listens = [], startSeconds = 1, exits } = behaviour.profile
    if (exits !== undefined) return { is: 'ends', code: exits.code ?? 0, after: exits.afterSeconds, says: behaviour.log }
    return reloading(name, server(listens, startSeconds, profile, known?.stopSignal, behaviour.stopExitCode, behaviour.log))
  }
  // An image that is known by its tools has no others, unless anything that is started in it behaves alike.
  const isOfTools = known?.programs !== undefined && known.runs?.some(({ command }) => command.length === 0) !== true
  if (isOfTools && !(known.programs ?? []).some((path) => baseName(path) === name)) return { is: 'absent' }
  if (stranger !== 'serves') return { is: 'ends', code: 0, ...(stranger === 'ends' ? { after: 1 } : {}) }
  return server(ports, profile.startSeconds, profile)
}

/** `nginx -s quit` signals the server that runs (nginx.org/en/docs/control.html). */
const controlled = (signal: string): ImageProgram => {
  const named: Readonly<Record<string, string>> = { quit: 'QUIT', stop: 'TERM', reload: 'HUP', reopen: 'USR1' }
  const sent = named[signal]
  return sent === undefined ? { is: 'ends', code: 1, says: [`nginx: invalid option: "-s ${signal}"`] }
    : { is: 'ends', code: 0, signals: { name: 'nginx', signal: sent } }
}

/** Signals at which nginx reads its files again, and goes on. */
const reloads = { HUP: {}, USR1: {}, USR2: {}, WINCH: {} }

const reloading = (name: string, program: ImageProgram): ImageProgram =>
  (name === 'nginx' && program.is === 'server' ? { ...program, signals: { ...reloads, ...program.signals } } : program)

/** `stops` is the image's own signal beside those that every server knows. */
const server = (
  listens: readonly number[], after: number, { exitsAfterSigtermSeconds, ignoresSigterm }: FullProfile,
  stops = 'SIGTERM', exits = 0, says: readonly string[] = [],
): ImageProgram => {
  const inTime = { exits, after: exitsAfterSigtermSeconds }
  const signals = { TERM: inTime, INT: { exits, after: 0 }, QUIT: inTime, [stops.replace(/^SIG/, '')]: inTime }
  return { is: 'server', listens, after, says, signals: ignoresSigterm ? { TERM: {} } : signals }
}
