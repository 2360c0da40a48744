/** What a reconcile must not use is told by its name, with what to do instead; others go on using it meanwhile. */
import crypto, { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { controller, withOracle, type Client, type Reconcile } from 'kube-orrery'
import type { Turn } from '#machine/oracle'

const begin = (reconcile: Reconcile): Promise<Turn> => {
  const { oracle } = controller({ name: 'site-operator', for: 'configmaps', owns: ['pods'], reconcile })
  return withOracle(() => oracle.turn({ namespace: 'default', name: 'site' }, []))
}

const uses = (what: () => unknown): Promise<Turn> => begin(async () => void await what())

const foreign: readonly (readonly [name: string, use: () => unknown, next: string])[] = [
  ['Date.now', () => Date.now(), 'requeueAfter'],
  ['new Date()', () => new Date(), 'requeueAfter'],
  ['Date()', () => Date(), 'requeueAfter'],
  ['performance.now', () => performance.now(), 'requeueAfter'],
  ['process.hrtime', () => process.hrtime(), 'requeueAfter'],
  ['process.hrtime.bigint', () => process.hrtime.bigint(), 'requeueAfter'],
  ['Math.random', () => Math.random(), 'generateName'],
  ['crypto.randomUUID', () => globalThis.crypto.randomUUID(), 'generateName'],
  ['crypto.getRandomValues', () => globalThis.crypto.getRandomValues(new Uint8Array(1)), 'generateName'],
  ['crypto.randomUUID', () => randomUUID(), 'generateName'],
  ['crypto.randomBytes', () => crypto.randomBytes(1), 'generateName'],
  ['setTimeout', () => new Promise((resolve) => setTimeout(resolve, 1)), 'requeueAfter'],
  ['setInterval', () => setInterval(() => {}, 1), 'requeueAfter'],
  ['setImmediate', () => new Promise((resolve) => setImmediate(resolve)), 'requeueAfter'],
  ['timers/promises.setTimeout', () => sleep(1), 'requeueAfter'],
  ['fetch', () => fetch('http://127.0.0.1:1/'), 'API server alone'],
  ['http.request', () => httpRequest('http://127.0.0.1:1/'), 'API server alone'],
  ['fs.existsSync', () => existsSync('/'), 'API server alone'],
  ['fs/promises.readFile', () => readFile('/'), 'API server alone'],
]

describe('a reconcile that uses', () => {
  it.each(foreign)('%s is refused', async (name, use, next) => {
    const refused = uses(use)
    await expect(refused).rejects.toThrow(`site-operator: reconcile uses ${name}, at `)
    await expect(refused).rejects.toThrow(/traps\.test\.ts:\d+:\d+\)? \[E_CONTROLLER_FOREIGN\]\n/)
    await expect(refused).rejects.toThrow(next)
  })

  it('a clock after an answer is refused then', async () => {
    const { oracle } = controller({ name: 'site-operator', for: 'configmaps', reconcile: async (request, client) => {
      await client.get('configmaps', request)
      Date.now()
    } })
    const request = { namespace: 'default', name: 'site' }
    expect(await withOracle(() => oracle.turn(request, []))).toMatchObject({ asks: [{ is: 'get' }] })
    await expect(withOracle(() => oracle.turn(request, [{ to: 0, ok: true }]))).rejects.toThrow('reconcile uses Date.now')
  })

  it('a clock and catches what comes of it is refused all the same', async () => {
    await expect(begin(async () => {
      try { Date.now() } catch { /* nothing to see here */ }
    })).rejects.toThrow('E_CONTROLLER_FOREIGN')
  })

  it('a date that is given, a promise or the console is none of these', async () => {
    const turn = await begin(async () => {
      await Promise.all([1, 2].map((one) => Promise.resolve(one)))
      await new Promise<void>((resolve) => queueMicrotask(resolve))
      const date = new Date('2026-01-01T00:00:00Z')
      if (!(date instanceof Date) || date.toISOString() !== '2026-01-01T00:00:00.000Z') throw new Error('no date')
      console.debug('')
    })
    expect(turn).toEqual({ asks: [], end: { is: 'done' } })
  })
})

describe('meanwhile', () => {
  it('others use clocks and timers as ever, and everything is as it was afterwards', async () => {
    await nextTurn() // those of other tests are gone
    const before = [Date, Math.random, setTimeout, existsSync, globalThis.fetch]
    let ticks = 0
    const clock = setInterval(() => { ticks += Date.now() > 0 ? 1 : 0 }, 0)
    for (let i = 0; i < 20; i++) {
      await begin(async (request, client) => void await client.get('configmaps', request))
      await sleep(1)
    }
    clearInterval(clock)
    await nextTurn()
    expect(ticks).toBeGreaterThan(0)
    expect([Date, Math.random, setTimeout, existsSync, globalThis.fetch]).toEqual(before)
  })

  it('what others put in the place of a clock stays', async () => {
    const { random } = Math
    await begin(async () => {})
    const mine = (): number => 0.5
    Math.random = mine
    await nextTurn()
    expect(Math.random).toBe(mine)
    Math.random = random
  })
})

describe('a reconcile that', () => {
  const code = (reconcile: Reconcile): Promise<string> =>
    begin(reconcile).then(() => 'nothing', (error: { readonly code?: string }) => error.code ?? String(error))

  it('counts its calls outside of itself is told that its calls differ', async () => {
    let calls = 0
    await expect(begin(async (_, client) => {
      await client.create('pods', { metadata: { namespace: 'default', name: `pod-${calls++}` } })
    })).rejects.toThrow(/body\.metadata\.name: "pod-0"\n.*body\.metadata\.name: "pod-1" \[E_CONTROLLER_NONDETERMINISTIC\]/)
  })

  it('remembers what it has seen outside of itself is told so', async () => {
    const seen = new Set<string>()
    expect(await code(async (request, client) => {
      if (!seen.has(request.name)) await client.get('configmaps', request)
      seen.add(request.name)
      await client.list('pods')
    })).toBe('nothing') // until its first answer both runs are alike
    const { oracle } = controller({ name: 'site-operator', for: 'configmaps', owns: ['pods'], reconcile: async (request, client) => {
      if (!seen.has(request.name)) await client.get('configmaps', request)
      seen.add(request.name)
      await client.list('pods')
    } })
    const run = (): Promise<Turn> => withOracle(() => oracle.turn({ namespace: 'default', name: 'other' }, [{ to: 0, ok: true }]))
    await expect(run()).rejects.toThrow('reads configmaps default/other from its cache\n    again  lists pods from its cache')
  })

  it('waits for nothing that can come is told so', async () => {
    expect(await code(() => new Promise(() => {}))).toBe('E_CONTROLLER_WAITS')
  })

  it('returns what is no result is told so', async () => {
    expect(await code((async () => ({ requeueAfter: 'soon' })) as unknown as Reconcile)).toBe('E_CONTROLLER_RESULT')
    expect(await code((async () => 5) as unknown as Reconcile)).toBe('E_CONTROLLER_RESULT')
  })

  it('reads a cache of what it does not watch, or of what there is not, is told so', async () => {
    expect(await code(async (_, client) => void await client.list('secrets'))).toBe('E_CONTROLLER_DEFINITION')
    expect(await code(async (_, client) => void await client.getFromServer('pod', { name: 'a' }))).toBe('E_CONTROLLER_UNKNOWN_RESOURCE')
  })

  it('updates a copy that it kept from an earlier call is told so', async () => {
    expect(await code(async (_, client: Client) => {
      await client.update('configmaps', { metadata: { namespace: 'default', name: 'site', resourceVersion: '1' }, data: {} })
    })).toBe('E_CONTROLLER_NONDETERMINISTIC')
  })

  it('throws anything ends, and is tried again', async () => {
    expect(await begin(async () => { throw new TypeError('x is undefined') }))
      .toEqual({ asks: [], end: { is: 'failed', message: 'x is undefined' } })
    expect(await begin((() => { throw new Error('at once') }) as Reconcile))
      .toEqual({ asks: [], end: { is: 'failed', message: 'at once' } })
  })
})

describe('a controller', () => {
  const reconcile: Reconcile = async () => {}
  it.each(['', 'Site', 'a|b', 'kubelet', 'kube-scheduler'])('cannot be called “%s”', (name) => {
    expect(() => controller({ name, for: 'configmaps', reconcile })).toThrow('E_CONTROLLER_DEFINITION')
  })

  it('has a function, and watches what there is', () => {
    expect(() => controller({ name: 'a', for: 'configmaps' } as never)).toThrow('it has no function "reconcile"')
    expect(() => controller({ name: 'a', for: 'configmap', reconcile })).toThrow('there is no built-in resource "configmap"')
    expect(() => controller({ name: 'a', for: 'configmaps', owns: ['widgets'], reconcile })).toThrow('E_CONTROLLER_UNKNOWN_RESOURCE')
  })
})
