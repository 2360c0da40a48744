/** What kubelets tell about images: pulling, pulled, or not. */
import { valueOf } from '#api/quantity'
import { part } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import { nameOfPod } from '#models/node/cells'
import { pullOwner, type Want } from '#models/node/image-pull'
import { profileKey, type Profile } from '#models/node/profile'
import { aboutContainer, normal, type Occurrence, type Teller, type Turn } from './occurrence.js'
import { podNamed, workerOf } from './workers.js'

interface Queue {
  readonly context: { readonly queue: readonly Want[] }
}

const queueOf = (read: (key: string) => unknown, process: string): readonly Want[] =>
  (read(chartKey(process, pullOwner)) as Queue | undefined)?.context.queue ?? [] // of the pull chart

const isDone = ({ step: { choice } }: Turn): boolean =>
  choice.startsWith('timer|') && choice.endsWith(`|${pullOwner}|done`)

/** Whether the image comes with this Step. */
export const pulledBy = (turn: Turn, image: string): boolean => {
  const [first] = queueOf(turn.before, turn.step.process)
  return isDone(turn) && first?.image === image && !first.fails
}

/** When each wish that waits came up: a pull takes longer where others are before it. */
export class Pulls {
  private readonly since = new Map<string, number>()

  readonly tell: Teller = (turn) => {
    const { changes, process, at } = turn.step
    if (!changes.some(({ key }) => part(key, 0) === 'chart' && part(key, 2) === pullOwner)) return []
    const [was, is] = [queueOf(turn.before, process), queueOf(turn.after, process)]
    const left = isDone(turn) ? was.slice(1) : was
    const told: Occurrence[] = []
    if (isDone(turn) && was[0] !== undefined && !was[0].fails) told.push(...this.pulled(turn, was[0]))
    for (const want of is.slice(left.length)) {
      this.since.set(idOf(process, want), at)
      told.push(...tellOf(turn, want, turn.after, 'Pulling', `Pulling image "${want.image}"`))
    }
    return told
  }

  private pulled(turn: Turn, want: Want): readonly Occurrence[] {
    const all = turn.step.at - (this.since.get(idOf(turn.step.process, want)) ?? turn.step.at)
    const took = `${goSeconds(Math.min(all, want.ms))} (${goSeconds(all)} including waiting).${sizeOf(turn, want.image)}`
    const message = `Successfully pulled image "${want.image}" in ${took}`
    return tellOf(turn, want, turn.before, 'Pulled', message)
  }
}

const idOf = (process: string, { owner, image }: Want): string => `${process} ${owner} ${image}`

/** The container is the one that its pod's worker is to start next. */
function tellOf(
  turn: Turn,
  { owner }: Want,
  read: (key: string) => unknown,
  reason: string,
  message: string,
): readonly Occurrence[] {
  const id = owner.slice('pod:'.length)
  const pod = podNamed(turn, nameOfPod(id))
  const container = workerOf(read, turn.step.process, `Pod:${id}`).memory?.plan?.starts[0]
  return pod === undefined || container === undefined
    ? []
    : [normal(aboutContainer(pod, container), reason, message, 'kubelet')]
}

/** Where the image's profile says it. */
function sizeOf({ after }: Turn, image: string): string {
  const size = (after(profileKey(image)) as Profile | undefined)?.imageSize // by key
  return size === undefined ? '' : ` Image size: ${valueOf(size)} bytes.`
}

/** Milliseconds as Go writes a duration: `0s`, `250ms`, `1.5s`, `1m10s`. */
function goSeconds(ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 1000) return `${ms}ms`
  const [minutes, seconds] = [Math.floor(ms / 60_000), (ms % 60_000) / 1000]
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`
}
