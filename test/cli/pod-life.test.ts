/** `orrery simulate --pod`: a pod's life as a learner reads it. */
import { readFileSync, readdirSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { prompt } from '#checker/schedule'
import { lifeOf, type Life, type LifeEvent } from '#properties/pod-life/index'
import { systemOf } from '#properties/scenario'
import { record } from '#trace/record'
import { readInputs } from '../../src/cli/inputs.js'
import { fold, podPicture } from '../../src/cli/pod-picture.js'
import { directory, hazard, orrery } from '../support/cli.js'

const { write } = directory()
const here = new URL('./pod-life/', import.meta.url).pathname

beforeAll(() => write({
  'pods.yaml': readFileSync(`${here}pods.yaml`, 'utf8'),
  'delete.yaml': 'steps: [{ apply: [pods.yaml] }, { delete: pod/crowded }]\n',
  'later.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: later }\n',
  'bring.yaml': 'steps: [{ apply: [pods.yaml] }, { apply: [later.yaml] }]\n',
}))

describe('orrery simulate --pod', () => {
  it.each([
    ['waits for its init container and its sidecar, and is deleted', 'crowded', ['--scenario', 'delete.yaml']],
    ['ends again and again', 'failing', []],
    ['fails its probe, with hooks, beside a container whose image cannot be had', 'probed', []],
    ['no node takes', 'homeless', []],
    ['is active for too long', 'hurried', []],
    ['has hooks that fail, and others that take no time', 'hooked', []],
    ['gives its probe no answer', 'hanging', []],
    ['cannot be started at first', 'stillborn', []],
    ['waits for a ConfigMap that comes late', 'waiting', ['--scenario', 'bring.yaml']],
  ])('tells the life of a pod that %s', async (_, name, args) => {
    const { code, stdout, stderr } = await orrery('simulate', '-f', 'pods.yaml', '--pod', name, ...args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    await expect(stdout).toMatchFileSnapshot(`${here}${name}.txt`)
  })

  it('is a document with --json', async () => {
    const { code, stdout } = await orrery('simulate', '-f', 'pods.yaml', '--pod', 'hurried', '--json')
    expect(code).toBe(0)
    const document = JSON.parse(stdout) as { readonly timeline: readonly object[] } // as was printed
    expect(document).toMatchObject({ pod: { namespace: 'default', name: 'hurried', phase: 'Failed', lanes: ['API', 'Sandbox', 'app'] }, errors: [] })
    expect(document.timeline[1]).toMatchObject({ at: 0, lane: 'API', text: expect.stringContaining('is scheduled to node-') as string, events: ['Scheduled'] })
  })

  it('of a pod that never was names those that were', async () => {
    expect(await orrery('simulate', '-f', 'pods.yaml', '--pod', 'homless')).toEqual({
      code: 2, stdout: '', stderr: 'orrery simulate: pods "homless" not found [E_NO_SUCH_OBJECT]\n  Did you mean homeless?\n',
    })
    const { stderr } = await orrery('simulate', '-f', 'pods.yaml', '--pod', 'web')
    expect(stderr).toBe('orrery simulate: pods "web" not found [E_NO_SUCH_OBJECT]\n  There were: crowded, failing, probed, homeless, hurried, hooked, hanging, stillborn ….\n')
    const { code, stdout } = await orrery('simulate', '-f', 'pods.yaml', '--pod', 'web', '--json')
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ timeline: [], errors: [{ code: 'E_NO_SUCH_OBJECT' }] })
  })
})

const names = ['crowded', 'failing', 'probed', 'homeless', 'hurried', 'hooked', 'hanging', 'stillborn', 'waiting'] as const

describe('orrery replay --pod', () => {
  it('tells the life of a pod in a counterexample', async () => {
    write({ 'hazard.yaml': hazard, 'restart.yaml': 'steps: [{ restart: deployment/web }]\n' })
    await orrery('check', '-f', 'hazard.yaml', '--scenario', 'restart.yaml', '--runs', '1', '--nodes', '1', '--no-memory')
    const trace = `.orrery/${readdirSync('.orrery')[0] ?? ''}`
    const { code, stdout, stderr } = await orrery('replay', trace, '--pod', 'web#1-0')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(/^The life of Pod default\/web#1-0\n/)
    expect(stdout).toMatch(/● .* API .* is to be deleted, says the replicaset controller/)
    expect(stdout.replace(/\s+/g, ' ')).toContain(`As kubectl shows it: orrery describe pod web#1-0 --trace ${trace}`)
    expect(JSON.parse((await orrery('replay', trace, '--pod', 'web#1-0', '--json')).stdout)).toMatchObject({ pod: { name: 'web#1-0' } })
    expect((await orrery('replay', trace, '--pod', 'web#1')).stderr)
      .toBe('orrery replay: pods "web#1" not found [E_NO_SUCH_OBJECT]\n  Did you mean web#1-0?\n')
  })
})

describe('the picture of a life', () => {
  const lives = new Map<string, Life>()
  beforeAll(async () => {
    const { scenario } = await readInputs({ filename: ['pods.yaml'], scenario: 'delete.yaml' }, [])
    const recording = record(systemOf(scenario), [], prompt, { seed: 1, inputs: scenario, until: () => false })
    for (const name of names) lives.set(name, lifeOf(recording, `default/${name}`)!)
  })

  it.each(names)('of %s fits into 80 columns', (name) => {
    const lines = stripVTControlCharacters(podPicture(lives.get(name)!, undefined, 80)).split('\n')
    expect(lines.filter((line) => [...line].length > 80)).toEqual([])
  })

  it('tells faults of its node, and when they are over', async () => {
    const { scenario } = await readInputs({ filename: ['pods.yaml'], scenario: 'delete.yaml' }, [])
    const at = { channel: 'timer|containerd/node-1|container:default/crowded/deaf|up', nth: 0 }
    const partition = { kind: 'fault' as const, fault: 'partition', target: 'node-1', ms: 60_000, ...at }
    const recording = record(systemOf(scenario), [], { deviations: [partition] }, { seed: 1, inputs: scenario, until: () => false })
    const told = ['crowded', 'hurried'].map((name) => lifeOf(recording, `default/${name}`)!.events
      .filter(({ text }) => /partition/.test(text)).map(({ lane, text }) => `${lane}: ${text}`))
    expect(told).toEqual([['API: fault: partition node-1', 'API: healed: partition node-1'], []])
  })

  it('has each thing in the order of time, and waits before what ends them', () => {
    const { events } = lives.get('crowded')!
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((a, b) => a - b))
    const place = (lane: string, text: RegExp): number => events.findIndex((event) => event.lane === lane && text.test(event.text))
    const order = [
      place('API', /is created/), place('API', /is scheduled/), place('Sandbox', /is ready/), place('first', /waits for its image/),
      place('first', /^starts/), place('first', /ends with exit code 0/), place('proxy', /startup probe succeeds/), place('deaf', /waits for its image/),
      place('API', /is to be deleted/), place('proxy', /preStop: sleep 1s/), place('deaf', /gets SIGKILL/), place('proxy', /ends/), place('Sandbox', /is stopped/),
    ]
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(order).not.toContain(-1)
  })
})

describe('rounds', () => {
  const event = (at: number, text: string): LifeEvent => ({ lane: 'app', text, at, n: at, events: [] })
  const rounds = (times: number): readonly LifeEvent[] =>
    Array.from({ length: times }, (_, index) => [event(index * 10, `starts (restart ${index})`), event(index * 10 + 2, 'ends')]).flat()

  it('that come again and again are told twice, and counted', () => {
    expect(fold(rounds(9))).toEqual([...rounds(2), { lane: 'app', times: 7, text: '… and so 7 times more, until 0.082s' }])
  })

  it('are those of one lane, whatever the others do meanwhile', () => {
    const other: LifeEvent = { ...event(35, 'is deleted'), lane: 'API' }
    const all = [...rounds(9), other].sort((a, b) => a.at - b.at)
    expect(fold(all)).toEqual([...rounds(2), { lane: 'app', times: 7, text: '… and so 7 times more, until 0.082s' }, other])
  })

  it('that come twice are told twice', () => expect(fold(rounds(2))).toEqual(rounds(2)))
})
