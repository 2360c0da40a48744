/** Traces in the Informal Trace Format. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toItf } from '#trace/export/itf'
import { itfOf } from '#trace/export/itf-value'
import { inExpression, plain, problemsIn, type Document } from './itf-format.js'
import { example } from './recordings.js'

const { recording } = example('ro2-no-pre-stop')
const text = toItf(recording, { source: 'trace.jsonl' })
const document = JSON.parse(text) as Document // checked below
const { states } = document

type Json = Parameters<typeof plain>[0]

/** Without null members, which the API leaves out too. */
const withoutNull = (value: Json): Json => (Array.isArray(value) ? value.map(withoutNull)
  : typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null).map(([name, one]) => [name, withoutNull(one as Json)])) // a member
    : value)

/** JSON, with the names that the format or an API object gives a meaning. */
const values = fc.letrec<{ readonly value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constantFrom(null, 0.5, -1.25, 2 ** 53, Number.MAX_SAFE_INTEGER)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('labels', 'selector', 'spec', 'tag', '#map', '#bigint', 'app.kubernetes.io/name', 'a b', ''), tie('value'), { maxKeys: 3 }),
  ),
})).value

describe('a value in the format', () => {
  it('is always an expression, and says the same', () => {
    fc.assert(fc.property(values, (value) => {
      const expression = JSON.parse(JSON.stringify(itfOf(value))) as Json // of JSON
      expect(inExpression(expression, '')).toEqual([])
      expect(plain(expression)).toEqual(withoutNull(value))
    }))
  })

  it('would be none, were JSON taken as it is', () => {
    expect(fc.check(fc.property(values, (value) => inExpression(value, '').length === 0)).failed).toBe(true)
  })

  it('is a record where Kubernetes has fields, and a map where the user has keys', () => {
    expect(itfOf({ metadata: { labels: { app: 'web' } }, spec: { replicas: 3, selector: { matchLabels: { app: 'web' } } } })).toEqual({
      metadata: { labels: { '#map': [['app', 'web']] } },
      spec: { replicas: { '#bigint': '3' }, selector: { matchLabels: { '#map': [['app', 'web']] } } },
    })
    expect(itfOf({ selector: { app: 'web' }, ports: [] })).toEqual({ selector: { '#map': [['app', 'web']] }, ports: [] })
  })
})

describe('a counterexample in the format', () => {
  it('is valid', () => {
    expect(problemsIn(text)).toEqual([])
  })

  it.each<[string, (document: Document) => object]>([
    ['a variable that is not set', ({ states: [first, ...rest], ...other }) => ({ ...other, states: [{ ...first, pods: undefined }, ...rest] })],
    ['a variable that is not declared', ({ vars, ...other }) => ({ ...other, vars: vars.slice(1) })],
    ['a number that is no integer', ({ states: [first, ...rest], ...other }) => ({ ...other, states: [{ ...first, time: 0.5 }, ...rest] })],
    ['null', ({ states: [first, ...rest], ...other }) => ({ ...other, states: [{ ...first, label: null }, ...rest] })],
    ['a form that does not exist', ({ states: [first, ...rest], ...other }) => ({ ...other, states: [{ ...first, label: { '#text': '' } }, ...rest] })],
    ['no states', (other) => ({ ...other, states: [] })],
    ['a loop to nowhere', (other) => ({ ...other, loop: other.states.length })],
  ])('would not be with %s', (_, change) => {
    expect(problemsIn(JSON.stringify(change(document))).length).toBeGreaterThan(0)
  })

  it('has a state before the first Step and one after each, which says whose it was and when', () => {
    expect(states.length).toBe(recording.steps.length + 1)
    expect(states.map((state) => state['#meta'])).toEqual(states.map((_, index) => expect.objectContaining({ index })))
    states.slice(1).forEach((state, index) => {
      const { n, at, process, label } = recording.steps[index]!
      expect({ n: plain(state['step']!), at: plain(state['time']!), process: state['process'], label: state['label'] }).toEqual({ n, at, process, label })
    })
  })

  it('holds every object that a Step writes, as it is in the World then', () => {
    const { store } = recording.order.world
    const keys = new Set(recording.steps.flatMap(({ changes }) => changes.map(({ key }) => key)).filter((key) => key.startsWith('store|')))
    expect(keys.size).toBeGreaterThan(4)
    for (const key of keys) {
      const [, resource = '', name = ''] = key.split('|')
      const last = plain(states.at(-1)![resource]!) as Readonly<Record<string, Json>> // a map
      expect(last[name]).toEqual(store.get(key))
    }
  })

  it('names what a Step changed, and nothing changes that is not named', () => {
    const resources = document.vars.filter((name) => !['step', 'time', 'process', 'label', 'changed'].includes(name))
    states.slice(1).forEach((state, index) => {
      const before = states[index]!
      const named = plain(state['changed']!) as readonly string[] // a set of names
      const other = resources.filter((name) => JSON.stringify(state[name]) !== JSON.stringify(before[name]))
      expect(named.map((one) => one.split(' ')[0])).toEqual(expect.arrayContaining(other))
    })
  })

  it('says in its description what is broken, and at which state', () => {
    expect(document['#meta']).toMatchObject({ format: 'ITF', source: 'trace.jsonl', description: expect.stringMatching(/^no-connection-to-closed-listener: Service default\/web/) })
    expect(states.filter((state) => (state['#meta'] as { violation?: string }).violation !== undefined).map((state) => plain(state['step']!)))
      .toEqual([recording.violation?.step])
  })
})

it('an order in which nothing is broken is a trace as well', () => {
  const { recording: calm } = example('ro11-undrainable', { judged: false })
  expect(calm.violation).toBeUndefined()
  const exported = toItf(calm, { source: 'calm.jsonl' })
  expect(problemsIn(exported)).toEqual([])
  expect((JSON.parse(exported) as Document)['#meta']['description']).toBe('an order in which every claim held')
})
