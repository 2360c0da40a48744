/** `orrery export`: a counterexample in the formats of other tools, and what is refused. */
import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { prompt } from '#checker/schedule'
import { systemOf, type Scenario } from '#properties/scenario'
import { format } from '#trace/format'
import { record } from '#trace/record'
import { directory, hazard, orrery } from '../support/cli.js'
import { problemsIn } from '../trace/export/itf-format.js'

const { write } = directory()

let lines: readonly string[] = []

beforeAll(async () => {
  write({ 'hazard.yaml': hazard, 'restart.yaml': 'steps: [{ restart: deployment/web }]\n' })
  await orrery('check', '-f', 'hazard.yaml', '--scenario', 'restart.yaml', '--runs', '1', '--nodes', '1', '--no-memory')
  lines = readFileSync(`.orrery/${readdirSync('.orrery')[0]}`, 'utf8').trimEnd().split('\n')
  write({ 'trace.jsonl': `${lines.join('\n')}\n` })
  mkdirSync('folder')
})

/** The header with some members replaced. */
const header = (members: object): string => JSON.stringify({ ...JSON.parse(lines[0] ?? '') as object, ...members }) // an object

describe('a trace that fits', () => {
  it('is printed as a sequence diagram', async () => {
    const { code, stdout, stderr } = await orrery('export', 'trace.jsonl', '--to', 'mermaid')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^sequenceDiagram\n {2}title no-connection-to-closed-listener\n {2}participant p0 as kubectl\n {2}participant p1 as kube-apiserver\n/)
    expect(stdout).toMatch(/Note over .*✗ no-connection-to-closed-listener/)
  })

  it('is printed as a trace of states, and as events in time', async () => {
    const itf = await orrery('export', 'trace.jsonl', '--to', 'itf')
    expect({ code: itf.code, problems: problemsIn(itf.stdout) }).toEqual({ code: 0, problems: [] })
    const perfetto = await orrery('export', 'trace.jsonl', '--to', 'perfetto')
    expect(JSON.parse(perfetto.stdout)).toMatchObject({ otherData: { source: 'trace.jsonl' }, traceEvents: expect.any(Array) })
  })

  it('is written to a file, the same bytes each time, and what shows it is named', async () => {
    for (const [format, viewer] of [['itf', 'ITF Trace Viewer'], ['mermaid', 'Markdown'], ['perfetto', 'ui.perfetto.dev']] as const) {
      const { stdout: printed } = await orrery('export', 'trace.jsonl', '--to', format)
      const { code, stdout } = await orrery('export', 'trace.jsonl', '--to', format, '-o', `trace.${format}`)
      expect(code).toBe(0)
      expect(stdout).toMatch(new RegExp(`^trace\\.${format}: \\d+ Steps, for .*${viewer}.*\n$`))
      expect(readFileSync(`trace.${format}`, 'utf8')).toBe(printed)
    }
  })

  it('may be one of an order in which nothing is broken', async () => {
    const { inputs } = JSON.parse(lines[0] ?? '') as { readonly inputs: Scenario } // written by ourselves
    const { trace } = record(systemOf(inputs), [], prompt, { seed: 1, inputs })
    write({ 'calm.jsonl': format(trace) })
    const { code, stdout } = await orrery('export', 'calm.jsonl', '--to', 'mermaid')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^sequenceDiagram\n {2}title calm\.jsonl\n/)
    expect(stdout).toContain('rollout restart')
    expect(stdout).not.toContain('✗')
    expect(stdout.split('\n').length).toBeLessThan(120)
    const { stdout: itf } = await orrery('export', 'calm.jsonl', '--to', 'itf')
    expect(problemsIn(itf)).toEqual([])
  })
})

describe('what is refused', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['a trace that is not there', ['nowhere.jsonl', '--to', 'itf'], /^nowhere\.jsonl: there is no such trace \[E_NO_SUCH_FILE\]\n {2}Traces of earlier checks/],
    ['a directory', ['folder', '--to', 'itf'], /^folder: the trace cannot be read: .*\[E_FILE_UNREADABLE\]/],
    ['a manifest', ['hazard.yaml', '--to', 'itf'], /^hazard\.yaml:1: .*\[E_TRACE_FORMAT\]/],
    ['a format that does not exist', ['trace.jsonl', '--to', 'svg'], /^orrery export: .*Allowed choices are itf, mermaid, perfetto \[E_USAGE\]\n {2}See "orrery export --help"/],
    ['no format', ['trace.jsonl'], /^orrery export: .*--to.*\[E_USAGE\]/],
    ['no trace', ['--to', 'itf'], /^orrery export: .*\[E_USAGE\]/],
    ['two traces', ['trace.jsonl', 'trace.jsonl', '--to', 'itf'], /^orrery export: .*\[E_USAGE\]\n {2}See "orrery export --help"/],
    ['a file in a directory that is not there', ['trace.jsonl', '--to', 'itf', '-o', 'nowhere/out.json'],
      /^nowhere\/out\.json: the export could not be written: .*\[E_UNWRITABLE\]\n {2}Give -o a path/],
    ['a directory to write to', ['trace.jsonl', '--to', 'itf', '-o', 'folder'], /^folder: the export could not be written: .*\[E_UNWRITABLE\]/],
    ['to write over the trace', ['trace.jsonl', '--to', 'itf', '-o', './trace.jsonl'], /^\.\/trace\.jsonl: this is the trace itself \[E_UNWRITABLE\]/],
  ])('%s', async (_, args, told) => {
    const { code, stdout, stderr } = await orrery('export', ...args)
    expect(stderr).toMatch(told)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(readFileSync('trace.jsonl', 'utf8')).toBe(`${lines.join('\n')}\n`)
  })

  it('a trace that does not fit: what is enabled is listed', async () => {
    write({ 'bad.jsonl': `${lines.filter((_, index) => index !== 2).join('\n')}\n` })
    const { code, stdout, stderr } = await orrery('export', 'bad.jsonl', '--to', 'mermaid', '-o', 'bad.mmd')
    expect(stderr).toMatch(/^bad\.jsonl:3: Step 3, “.*”, is not enabled \[E_REPLAY_NOT_ENABLED\]\n {2}.* Enabled here:\n {4}kube-apiserver: kubectl get/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(readdirSync('.')).not.toContain('bad.mmd')
  })

  it.each([
    ['of another order than its Steps', { schedule: { deviations: [{ kind: 'early', nth: 1, ms: 0 }] } }],
    ['of no violation, where its Steps end with one', { violation: undefined }],
  ])('a trace whose header tells %s', async (_, members) => {
    write({ 'bad.jsonl': `${lines.map((line, index) => (index === 0 ? header(members) : line)).join('\n')}\n` })
    const { code, stderr } = await orrery('export', 'bad.jsonl', '--to', 'itf')
    expect(stderr).toMatch(/^bad\.jsonl:1: the schedule of the header does not lead to the Steps of the trace \[E_REPLAY_OTHER_WORLD\]/)
    expect(code).toBe(2)
  })
})
