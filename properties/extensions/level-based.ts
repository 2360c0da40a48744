/** In the end a controller has nothing more to write: what it wants follows from what is there, not from what it was told. */
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import type { Cells } from '#kernel/cells'
import { allKey, objectKey, splitName } from '#machine/objects'
import { describeAsk } from '#machine/difference'
import type { Answer, Ask } from '#machine/oracle'
import { Newest } from '#machine/view'
import { answerFrom } from '#models/extensions/cached-reads'
import { ownToken } from '#models/extensions/user-controller'
import { handle } from '#models/control-plane/api-server'
import type { OwnController } from './controller.js'
import { Sketch } from './sketch.js'

/** More calls than that in one reconcile are no end of it. */
const mostAnswers = 1_000

/** The first call that would change an object, were the key reconciled once more, with caches that are up to date. */
function changes({ oracle, options: { serviceAccount } }: OwnController, cells: Cells, key: string): string | undefined {
  const sketch = new Sketch(cells)
  const newest = new Newest(sketch)
  const request = splitName(key)
  const shown = serviceAccount === undefined ? {} : { token: ownToken(serviceAccount) }
  let answers: readonly Answer[] = []
  const waiting: { readonly to: number; readonly ask: Ask }[] = []
  let asked = 0
  while (answers.length < mostAnswers) {
    const { asks, end } = oracle.turn(request, answers, (ask) => answerFrom(newest, ask))
    for (const ask of asks) waiting.push({ to: asked++, ask })
    // What it leaves behind at its end still takes effect.
    const now = end === undefined ? waiting.splice(0, 1) : waiting.filter(({ ask }) => ask.is === 'call')
    for (const { to, ask } of now) {
      if (ask.is !== 'call') {
        answers = [...answers, { to, ok: true, value: answerFrom(newest, ask) }]
        continue
      }
      const response = handle(sketch, { ...ask.request, ...shown }, oracle.controller)
      if (sketch.hasChanged('store|')) return describeAsk(ask)
      answers = [...answers, response.ok ? { to, ok: true, value: response.object } : { to, ok: false, status: response.status }]
    }
    if (end !== undefined) return undefined
  }
  return `more than ${mostAnswers} calls`
}

/**
 * When nothing happens any more, reconcile is called once more for each object: it must not change anything. What breaks it
 * is a controller that acts on events rather than on what is there, or forgets to come back to what it has left undone.
 */
export const levelBased = (controller: OwnController): Finally => ({
  kind: 'finally',
  name: `${controller.name}-level-based`,
  title: `When nothing happens any more, ${controller.name} has nothing more to write, whatever it is called for`,
  source: 'controller-runtime pkg/reconcile (level-based), FAQ.md',
  subjects: (cells) => cells.read(allKey(controller.for)) ?? [],
  check({ cells }: Judging, subject: string, ending: Ending): Verdict {
    const object = cells.read(objectKey(controller.for, subject))
    // Where nothing happens any more, faults are over and mended.
    if (ending !== 'quiescent' || object === undefined || object.metadata.deletionTimestamp !== undefined) return undefined
    if (!controller.concerns(object)) return undefined
    const call = changes(controller, cells, subject)
    return call === undefined ? 'held' : {
      message: `${object.kind} ${subject}: nothing happens any more, and ${controller.name}, called once more, would ${call}.`,
      objects: [`${object.kind} ${subject}`],
      advice: 'Decide by what is there each time, return { requeueAfter } or throw where something is left to do, and watch all that decisions rest on.',
    }
  },
})
