/** Which watch deliveries a story rests on: those that told a component what an earlier line had written. */
import { firstOf, type List } from '#kernel/list'
import { equal } from '#kernel/value'
import { objectKey } from '#machine/objects'
import type { WatchEvent } from '#machine/watch'
import type { Told } from '../explain.js'
import type { Recorded } from '../record.js'
import { heldIn, type Written } from './held.js'

/** What a Step delivers to a reflector; undefined where it is no delivery. */
function newsOf({ choice, changes }: Recorded): { readonly cell: string; readonly object: unknown } | undefined {
  if (!choice.startsWith('watch|')) return undefined
  const queue = changes.find(({ key }) => key === choice)?.before as List<WatchEvent> | undefined // by prefix
  const event = firstOf(queue)
  return event === undefined ? undefined : { cell: objectKey(event.resource, event.key), object: event.object }
}

/**
 * The deliveries to show before each line, as indices into `recording.steps`; those after the last line come last,
 * so there is one list more than there are lines. For each line the latest news that its component had of another's
 * writing, if a line before told of that object; and in any case what was held back.
 */
export function deliveries(story: readonly Told[], recording: Written): readonly (readonly number[])[] {
  const { steps } = recording
  /** The Step at which a line first told of an object. */
  const told = new Map<string, number>()
  const isNews = (process: string, index: number): boolean => {
    const news = newsOf(steps[index]!)
    if (news === undefined || (told.get(news.cell) ?? Infinity) >= index) return false
    const source = steps.findLastIndex(({ changes }, earlier) =>
      earlier < index && changes.some(({ key, after }) => key === news.cell && equal(after, news.object)))
    return source >= 0 && steps[source]!.process !== process
  }
  /** Up to where the news of each component were looked at. */
  const looked = new Map<string, number>()
  const shown = new Set(heldIn(recording).flatMap(({ hold, taken }) =>
    (hold.channel.startsWith('watch|') && taken !== undefined ? [taken] : [])))
  for (const { step, lane, cells, mark } of story) {
    const process = steps[step]?.process
    if (mark === 'late' || lane === '' || process === undefined) continue
    const from = looked.get(process) ?? -1
    const latest = steps.findLastIndex((one, index) =>
      index > from && index <= step && one.process === process && isNews(process, index))
    if (latest >= 0) shown.add(latest)
    looked.set(process, Math.max(from, step))
    for (const cell of cells) if (!told.has(cell)) told.set(cell, step)
  }
  const inOrder = [...shown].sort((a, b) => a - b)
  let next = 0
  const upTo = (step: number): readonly number[] => {
    const begin = next
    while (next < inOrder.length && inOrder[next]! <= step) next++
    return inOrder.slice(begin, next)
  }
  return [...story.map(({ step }) => upTo(step)), upTo(Infinity)]
}
