/** `orrery replay`: strict, and clear about what does not fit. */
import { readFileSync, readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { directory, hazard, orrery } from '../support/cli.js'

const { write } = directory()

let lines: readonly string[] = []

beforeAll(async () => {
  write({ 'hazard.yaml': hazard, 'restart.yaml': 'steps: [{ restart: deployment/web }]\n' })
  await orrery('check', '-f', 'hazard.yaml', '--scenario', 'restart.yaml', '--runs', '1', '--nodes', '1', '--no-memory')
  lines = readFileSync(`.orrery/${readdirSync('.orrery')[0]}`, 'utf8').trimEnd().split('\n')
  write({ 'trace.jsonl': `${lines.join('\n')}\n`, 'folder/notes.txt': '' })
})

const changed = (change: (lines: string[]) => readonly string[]): void =>
  write({ 'bad.jsonl': `${change([...lines]).join('\n')}\n` })

/** The header with some members replaced. */
const header = (members: object): string => JSON.stringify({ ...JSON.parse(lines[0] ?? '') as object, ...members }) // an object

describe('a trace that fits', () => {
  it('is replayed Step by Step, told again, and exits with 1', async () => {
    const { code, stdout, stderr } = await orrery('replay', 'trace.jsonl')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toContain('Replaying trace.jsonl on 1 node')
    expect(stdout).toMatch(/✗ claim +Service default\/web refused a connection/)
    expect(stdout).toMatch(/✗ Replayed \d+ Steps, each as recorded\. Broken: no-connection-to-closed-listener/)
  })

  it('is told at length with --verbose', async () => {
    const [brief, long] = [await orrery('replay', 'trace.jsonl'), await orrery('replay', 'trace.jsonl', '-v')]
    expect(long.stdout.split('\n').length).toBeGreaterThan(brief.stdout.split('\n').length)
  })

  it('is one document with --json', async () => {
    const { code, stdout } = await orrery('replay', 'trace.jsonl', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'violation', violation: { claim: 'no-connection-to-closed-listener' }, errors: [] })
  })
})

describe('a trace that is refused', () => {
  it.each<[string, () => string, RegExp]>([
    ['is not there', () => 'nowhere.jsonl', /^nowhere\.jsonl: there is no such trace \[E_NO_SUCH_FILE\]\n {2}Traces of earlier checks are in \.orrery\//],
    ['is a directory', () => 'folder', /^folder: the trace cannot be read: .*\[E_FILE_UNREADABLE\]/],
    ['is a manifest', () => 'hazard.yaml', /^hazard\.yaml:1: .*\[E_TRACE_FORMAT\]/],
    ['is of another version', () => (changed(([, ...rest]) => [header({ orrery: 99 }), ...rest]), 'bad.jsonl'),
      /^bad\.jsonl:1: the trace has format version 99, this Orrery reads version 1 \[E_TRACE_VERSION\]\n {2}Use the Orrery that wrote it/],
    ['is cut off in the middle of a line', () => (changed((all) => [...all.slice(0, 9), all[9]!.slice(0, 20)]), 'bad.jsonl'),
      /^bad\.jsonl:10: the last line is cut off \[E_TRACE_TRUNCATED\]/],
    ['is cut off between lines', () => (changed((all) => all.slice(0, 10)), 'bad.jsonl'),
      /^bad\.jsonl:10: the closing line is missing: the trace is cut off \[E_TRACE_TRUNCATED\]/],
    ['has a line that is none', () => (changed((all) => [...all.slice(0, 4), '{"step":4}', ...all.slice(5)]), 'bad.jsonl'),
      /^bad\.jsonl:5: .*\[E_TRACE_FORMAT\]/],
    ['has other inputs', () => (changed(([, ...rest]) => [header({ inputs: { nodes: 3 } }), ...rest]), 'bad.jsonl'),
      /^bad\.jsonl:1: .*\[E_TRACE_FORMAT\]/],
    ['has inputs that cannot be run', () => (changed(([, ...rest]) => [header({ inputs: { nodes: [{}], script: [], profiles: {}, mutants: [] } }), ...rest]), 'bad.jsonl'),
      /^bad\.jsonl: .*\[E_TRACE_FORMAT\]/],
    ['names a claim that does not exist', () => (changed(([, ...rest]) => [header({ violation: { claim: 'no-rain', message: '', objects: [] } }), ...rest]), 'bad.jsonl'),
      /^bad\.jsonl:1: there is no claim "no-rain" \[E_UNKNOWN_CLAIM\]/],
  ])('%s', async (_, file, told) => {
    const { code, stdout, stderr } = await orrery('replay', file())
    expect(stderr).toMatch(told)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('has a Step that is not enabled: what is enabled is listed', async () => {
    changed((all) => all.filter((_, index) => index !== 2))
    const { code, stderr } = await orrery('replay', 'bad.jsonl')
    expect(stderr).toMatch(/^bad\.jsonl:3: Step 3, “.*”, is not enabled \[E_REPLAY_NOT_ENABLED\]\n {2}.* Enabled here:\n {4}kube-apiserver: kubectl get/)
    expect(code).toBe(2)
  })

  it('has a Step of another name, or one that leads elsewhere', async () => {
    for (const [from, to] of [['"label":"', '"label":"not '], ['"world":"', '"world":"0']] as const) {
      changed((all) => all.map((line, index) => (index === 3 ? line.replace(from, to) : line)))
      expect((await orrery('replay', 'bad.jsonl')).stderr).toMatch(/^bad\.jsonl:4: .*\[E_REPLAY_OTHER_WORLD\]/)
    }
  })

  it('has a fault that does not exist', async () => {
    changed((all) => [all[0]!, '{"n":1,"fault":"rain","target":"node-1","healed":false,"world":"0"}', ...all.slice(1)])
    expect((await orrery('replay', 'bad.jsonl')).stderr).toMatch(/^bad\.jsonl:2: .*rain.*\[E_REPLAY_FAULT\]/)
  })

  it('is told as a document with --json', async () => {
    const { code, stdout, stderr } = await orrery('replay', 'nowhere.jsonl', '--json')
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'error', errors: [{ code: 'E_NO_SUCH_FILE', file: 'nowhere.jsonl' }] })
  })
})
