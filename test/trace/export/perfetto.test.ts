/** Traces as Chrome trace events, as Perfetto reads them. */
import { describe, expect, it } from 'vitest'
import { heldIn } from '#trace/export/held'
import { toPerfetto, traceEvents, type TraceEvent } from '#trace/export/perfetto'
import { made } from './made.js'
import { example } from './recordings.js'

const { recording } = example('ro2-no-pre-stop')
const events = traceEvents(recording)

const of = <P extends TraceEvent['ph']>(ph: P, all: readonly TraceEvent[] = events): readonly Extract<TraceEvent, { ph: P }>[] =>
  all.filter((event): event is Extract<TraceEvent, { ph: P }> => event.ph === ph)

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** Everything that is wrong with events, by the Trace Event Format; empty where nothing is. */
function problemsIn(all: readonly TraceEvent[]): readonly string[] {
  const named = new Set(of('M', all).filter(({ name }) => name === 'process_name').map(({ pid }) => pid))
  const threads = new Set(of('M', all).filter(({ name }) => name === 'thread_name').map(({ pid, tid }) => `${pid}/${tid}`))
  const slices = of('X', all)
  const begins = new Map(of('s', all).map((event) => [event.id, event]))
  const isInSlice = ({ pid, tid, ts }: { readonly pid: number; readonly tid: number; readonly ts: number }): boolean =>
    slices.some((slice) => slice.pid === pid && slice.tid === tid && slice.ts <= ts && ts < slice.ts + slice.dur)
  const overlap = [...threads].filter((thread) => {
    const inOrder = slices.filter(({ pid, tid }) => `${pid}/${tid}` === thread).sort((a, b) => a.ts - b.ts)
    return inOrder.some(({ ts }, index) => index > 0 && ts < inOrder[index - 1]!.ts + inOrder[index - 1]!.dur)
  })
  return [
    ...all.filter(({ pid, tid }) => !named.has(pid) || !threads.has(`${pid}/${tid}`)).map(({ pid, tid }) => `${pid}/${tid} has no name`),
    ...all.filter((event) => 'ts' in event && !isCount(event.ts)).map(({ name }) => `${name} has no time`),
    ...slices.filter(({ dur }) => !isCount(dur) || dur === 0).map(({ name }) => `${name} has no length`),
    ...overlap.map((thread) => `slices of ${thread} overlap`),
    ...(begins.size === of('s', all).length ? [] : ['two arrows have one id']),
    ...of('f', all).filter(({ id, ts }) => !((begins.get(id)?.ts ?? Infinity) < ts)).map(({ id }) => `arrow ${id} ends before it begins`),
    ...(of('f', all).length === begins.size ? [] : ['an arrow has no end']),
    ...[...begins.values(), ...of('f', all)].filter((event) => !isInSlice(event)).map(({ id }) => `arrow ${id} is tied to no slice`),
  ]
}

describe('a counterexample as trace events', () => {
  it.each(['nw1-stale-slices', 'sc1-ghost-node', 'ro2-no-pre-stop'])('is well formed: %s', (name) => {
    expect(problemsIn(traceEvents(example(name).recording))).toEqual([])
  })

  it.each<[string, (event: TraceEvent) => readonly TraceEvent[]]>([
    ['components without names', (event) => (event.ph === 'M' && event.name === 'process_name' ? [] : [event])],
    ['Steps all at once', (event) => ('ts' in event ? [{ ...event, ts: Math.floor(event.ts / 1000) * 1000 }] : [event])],
    ['arrows that end nowhere', (event) => (event.ph === 'f' ? [] : [event])],
    ['arrows of other threads', (event) => (event.ph === 's' ? [{ ...event, tid: 2 }] : [event])],
    ['lengths of nothing', (event) => (event.ph === 'X' ? [{ ...event, dur: 0 }] : [event])],
  ])('would not be with %s', (_, change) => {
    expect(problemsIn(events.flatMap(change)).length).toBeGreaterThan(0)
  })

  it('has a slice for each Step, in order, at its virtual time', () => {
    const steps = of('X').filter(({ cat }) => cat !== 'delay' && cat !== 'fault')
    expect(steps.map(({ name, args }) => [args['step'], name])).toEqual(recording.steps.map(({ n, label }) => [n, label]))
    steps.forEach(({ ts }, index) => {
      expect(ts - recording.steps[index]!.at * 1000).toBeGreaterThanOrEqual(0)
      expect(ts - recording.steps[index]!.at * 1000).toBeLessThan(recording.steps.length)
      if (index > 0) expect(ts).toBeGreaterThan(steps[index - 1]!.ts)
    })
  })

  it('has an arrow from the Step that wrote a cell last to each Step that read it, and no other', () => {
    const at = new Map(of('X').filter(({ args }) => 'step' in args).map(({ ts }, index) => [ts, index]))
    const ends = new Map(of('f').map(({ id, ts }) => [id, at.get(ts)!]))
    const drawn = of('s').flatMap(({ id, ts, args }) => (args['cells'] as readonly string[]).map((cell) => `${at.get(ts)} ${cell} ${ends.get(id)}`)) // as written
    const { steps } = recording
    const due = steps.flatMap(({ reads }, reader) => [...new Set(reads)].flatMap((cell) => {
      const writer = steps.slice(0, reader).findLastIndex(({ changes }) => changes.some(({ key }) => key === cell))
      return writer < 0 ? [] : [`${writer} ${cell} ${reader}`]
    }))
    expect(drawn.toSorted()).toEqual(due.toSorted())
    expect(due.length).toBeGreaterThan(500)
  })

  it('shows for how long something was held back', () => {
    expect(of('X', traceEvents(made)).filter(({ cat }) => cat === 'delay')).toMatchObject([{
      name: 'held back: kube-proxy/node-1 learns of MODIFIED endpointslices shop/s', ts: 1_000_003, dur: 1_999_997, args: { ms: 2000 },
    }])
  })

  it('shows from when to when a fault lasted, and where the claim broke', () => {
    const all = traceEvents(made)
    expect(problemsIn(all)).toEqual([])
    expect(of('X', all).find(({ name }) => name === 'lost-events kube-scheduler nodes')).toMatchObject({
      cat: 'fault', ts: 1_000_004, dur: 1_499_996, args: { fault: 'lost-events', target: 'kube-scheduler nodes' },
    })
    expect(of('i', all)).toMatchObject([{ name: 'routed', s: 'g', ts: 3_000_000, args: { objects: ['Pod shop/a'] } }])
  })

  it('joins by arrows those who wrote and those who read', () => {
    const all = traceEvents(made)
    const names = new Map(of('X', all).filter(({ args }) => 'step' in args).map(({ ts, args }) => [ts, args['step']]))
    expect(of('s', all).map(({ id, ts, args }) => [names.get(ts), names.get(of('f', all).find((end) => end.id === id)?.ts ?? -1), args['cells']])).toEqual([
      [2, 4, ['watch|kube-controller-manager/endpointslice|pods']], [2, 5, ['store|pods|shop/a']], [2, 7, ['store|pods|shop/a']],
      [5, 9, ['store|endpointslices|shop/s']], [2, 9, ['store|pods|shop/a']],
    ])
  })
})

it('the file is JSON that says where it comes from and what is broken', () => {
  const file = JSON.parse(toPerfetto(made, { source: 'trace.jsonl' })) as { readonly traceEvents: readonly unknown[] } // checked next
  expect(file).toMatchObject({ displayTimeUnit: 'ms', otherData: { source: 'trace.jsonl', claim: 'routed' } })
  expect(file.traceEvents).toEqual(JSON.parse(JSON.stringify(traceEvents(made))))
})

it('a delay that the order did not outlast is shown up to its end', () => {
  const cut = { ...made, steps: made.steps.slice(0, -1) }
  expect(heldIn(cut)).toMatchObject([{ offered: 4, since: 1000, taken: undefined }])
  expect(of('X', traceEvents(cut)).filter(({ cat }) => cat === 'delay')).toMatchObject([{
    name: 'held back: watch|kube-proxy/node-1|endpointslices', ts: 1_000_003, dur: 1_499_997,
  }])
})

it('a fault that the order did not outlast is shown up to its end, one that needs no mending at its instant', () => {
  const steps = made.steps.slice(0, 7)
  const lasting = traceEvents({ ...made, steps })
  expect(of('X', lasting).find(({ name }) => name === 'lost-events kube-scheduler nodes')).toMatchObject({ ts: 1_000_004, dur: 999_996 })
  const { header } = made.trace
  const trace = { ...made.trace, header: { ...header, schedule: { deviations: [] } } }
  expect(of('i', traceEvents({ ...made, steps, trace })).map(({ name }) => name)).toEqual(['lost-events kube-scheduler nodes', 'routed'])
})
