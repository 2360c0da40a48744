/** Runs an exploration in slices, so that signals get through, until it ends or has to. */
import { setImmediate } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import type { Crew } from '#checker/explore/crew/crew'
import type { Explorer, Progress } from '#checker/explore/explore'
import { withOracle } from '#machine/oracle'

/** Why an exploration ended before its end; `exhausted`: this process has no more memory, whatever limit was given. */
export type Stop = 'worlds' | 'memory' | 'time' | 'interrupted' | 'exhausted'

export interface Pace {
  /** Milliseconds at most. */
  readonly time?: number
  /** The explorer's own limit, in bytes. */
  readonly memory: number
  /** What who looks on takes beside the explorer, in bytes; counts to the limit too. */
  readonly beside: () => number
  readonly interruption: { readonly asked: boolean }
  /** Who explores, where several do. */
  readonly crew?: Crew | undefined
  readonly look: (progress: Progress, elapsed: number) => void
}

/** How long a slice takes, in milliseconds, and how many Worlds it expands between two looks at the clock. */
const slice = 40
const few = 32

/** Until there is no more to do (undefined), or to a limit. Nothing that was found by then is lost. */
export async function runExplorer(explorer: Explorer, pace: Pace): Promise<Stop | undefined> {
  const { time = Infinity, interruption, look } = pace
  const started = performance.now()
  for (;;) {
    const elapsed = performance.now() - started
    if (interruption.asked) return 'interrupted'
    if (elapsed >= time) return 'time'
    if (isHeapFull()) return 'exhausted'
    const next = await advance(explorer, { ...pace, time: time - elapsed })
    if (next !== 'more') return next
    look(explorer.progress, performance.now() - started)
    await setImmediate() // lets a signal through
  }
}

async function advance(explorer: Explorer, { time = Infinity, memory, beside, crew }: Pace): Promise<Stop | 'more' | undefined> {
  try {
    const until = performance.now() + Math.min(slice, time)
    const isMore = crew !== undefined ? await crew.advance() : await withOracle(() => {
      do if (!explorer.advance(few)) return false
      while (performance.now() < until)
      return true
    })
    const { worlds, expanded, bytes } = explorer.progress
    const isFull = bytes + beside() >= memory
    if (isMore) return isFull ? 'memory' : 'more'
    if (worlds === expanded) return undefined
    return isFull ? 'memory' : 'worlds'
  } catch (error) {
    if (isOutOfMemory(error)) return 'exhausted'
    throw error
  }
}

/** What V8 counts to the heap's limit and does not give to what lives for long, in bytes. */
const young = 48 << 20

/** The heap proper, outside of which the vectors lie: nearing its limit, V8 slows down, and then ends the process. */
const isHeapFull = (): boolean => {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
  return used > 0.85 * (limit - young)
}

/** V8 says so of arrays and tables that cannot grow, and Node of a thread whose heap is full. */
const isOutOfMemory = (error: unknown): boolean =>
  (error instanceof RangeError && /allocation failed|typed array length|array length|maximum size/i.test(error.message))
  || (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
