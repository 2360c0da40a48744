/**
 * Models: pkg/kubelet/images/image_manager.go (EnsureImageExists), puller.go (the serial puller,
 *   --serialize-image-pulls)
 * Reads: images, chart, trouble
 * Writes: chart, images, timer
 * Omits: registries, image volumes, digests; layers that images share
 */
import { assign } from 'xstate'
import { key, type Key } from '#kernel/cells'
import { setup, type Viewed } from '#machine/chart'
import { sayings } from '#machine/effects'
import { imagesKey, nodeName } from './cells.js'
import { withDefaultTag } from './image-decision.js'
import type { PullSecret } from './pull-secrets.js'
import { stage, type Saying } from './stage.js'

/** One container's wish. */
export interface Want {
  readonly image: string
  /** The pod worker that waits. */
  readonly owner: string
  /** How long it takes where the node does not have the image. */
  readonly ms: number
  readonly fails: boolean
  /** Whose credentials the registry is shown. */
  readonly secret?: PullSecret
}

export type PullEvent = Viewed & (
  | { readonly type: 'want'; readonly want: Want }
  | { readonly type: 'done' }
)

interface Memory {
  /** In order; the first one is being pulled. */
  readonly queue: readonly Want[]
}

export const pullOwner = 'pull:images'

export const isPresent = ({ view }: Viewed, image: string): boolean =>
  view.cells.read(imagesKey(nodeName(view.process)))?.includes(withDefaultTag(image)) === true

/** A fault: pulls on a node take so many milliseconds longer; present while it lasts. */
export const pullTroubleKey = (node: string): Key<number> => key('trouble', 'pull', node)

function duration(event: PullEvent, { image, ms, fails }: Want): number {
  if (!fails && isPresent(event, image)) return 0
  return ms + (event.view.cells.read(pullTroubleKey(nodeName(event.view.process))) ?? 0)
}

/** One image after the other. */
export const pullChart = setup({
  types: { context: {} as Memory, events: {} as PullEvent }, // XState takes its types from values
  actions: {
    ...sayings,
    /** The image is on the node from now on. */
    store: (_, _params: { readonly image: string }) => {},
    /** It was pulled with that secret. */
    record: (_, _params: { readonly image: string; readonly secret: PullSecret }) => {},
    want: assign(
      ({ context, event }) => (event.type === 'want' ? { queue: [...context.queue, event.want] } : {}),
    ),
    begin: stage<Memory, PullEvent>(({ queue: [first] }, event) =>
      (first === undefined
        ? {}
        : { says: [{ type: 'arm', params: { name: 'done', ms: duration(event, first) } }] })),
    finish: stage<Memory, PullEvent>(({ queue: [first, ...rest] }, event) => {
      if (first === undefined) return {}
      const says: Saying[] = []
      if (!first.fails && !isPresent(event, first.image)) {
        says.push({ type: 'store', params: { image: withDefaultTag(first.image) } })
      }
      if (!first.fails && first.secret !== undefined) {
        says.push({ type: 'record', params: { image: withDefaultTag(first.image), secret: first.secret } })
      }
      says.push({
        type: 'tell', params: { owner: first.owner, event: { type: first.fails ? 'pullFailed' : 'pulled' } },
      })
      const [next] = rest
      if (next !== undefined) {
        // What was just pulled counts as present, although it is stored only with this Step.
        const ms = withDefaultTag(next.image) === withDefaultTag(first.image) && !first.fails && !next.fails ? 0 : duration(event, next)
        says.push({ type: 'arm', params: { name: 'done', ms } })
      }
      return { memory: { queue: rest }, says }
    }),
  },
  guards: { isEmpty: ({ context }) => context.queue.length === 0 },
}).createMachine({
  id: 'pull',
  context: { queue: [] },
  initial: 'idle',
  states: {
    idle: { on: { want: { target: 'pulling', actions: ['want', 'begin'] } } },
    pulling: {
      on: {
        want: { actions: 'want' },
        done: { target: 'next', actions: 'finish' },
      },
    },
    next: { always: [{ guard: 'isEmpty', target: 'over' }, { target: 'pulling' }] },
    over: { type: 'final' },
  },
})
