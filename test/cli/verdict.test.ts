/** What a check comes to: exit codes, the documents it writes, what orrery.yaml changes, what is remembered. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { beforeEach, describe, expect, it } from 'vitest'
import { directory, hazard, orrery, web } from '../support/cli.js'
import { verdictDocument } from '../support/verdict-codec.js'
import { elementsOf } from '../support/xml.js'

const { path, write } = directory()

beforeEach(() => {
  write({ 'good.yaml': web(), 'hazard.yaml': hazard })
  rmSync(join(path(), '.orrery'), { recursive: true, force: true })
})

const closedListener = 'no-connection-to-closed-listener'
const small = ['--runs', '2', '--nodes', '1', '--no-memory']
const rollout = ['check', '-f', 'hazard.yaml', '--scenario', 'restart.yaml', ...small]

beforeEach(() => write({ 'restart.yaml': 'steps: [{ restart: deployment/web }]\n' }))

describe('exit codes', () => {
  it('0: no violation', async () => {
    const { code, stdout, stderr } = await orrery('check', '-f', 'good.yaml', ...small)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('✓ No violation found')
    expect(stdout).toMatch(/2 orders of events, .* up to 2 delays and 1 fault each, seed 1/)
    expect(stdout).toMatch(/not exercised: .*recreate-waits/s)
  })

  it('1: a violation, with what to change and where', async () => {
    const { code, stdout } = await orrery(...rollout)
    expect(code).toBe(1)
    expect(stdout).toContain(`✗ ${closedListener}`)
    expect(stdout).toMatch(/hazard\.yaml:11, in spec\.template\.spec\.containers\[0\]:\n {6}lifecycle:\n {8}preStop:/)
    expect(stdout).toMatch(/Replay: npx orrery replay \.orrery\/.*\.jsonl/)
    expect(stdout).toContain('✗ 1 finding')
  })

  it('2: bad input', async () => {
    expect((await orrery('check', '-f', 'nowhere.yaml')).code).toBe(2)
  })

  it('3: no claim was exercised', async () => {
    const { code, stdout } = await orrery('check', '-f', 'good.yaml', ...small, '--claim', 'recreate-waits')
    expect(code).toBe(3)
    expect(stdout).toContain('? Inconclusive: no claim was exercised')
  })

  it('3: interrupted before any order was judged', async () => {
    process.once('newListener', (event) => {
      if (event === 'SIGINT') queueMicrotask(() => process.emit('SIGINT'))
    })
    const { code, stdout } = await orrery('check', '-f', 'good.yaml', ...small)
    expect(code).toBe(3)
    expect(stdout).toContain('? Inconclusive: no order was judged (interrupted: partial verdict)')
    expect(process.listenerCount('SIGINT')).toBe(0)
  })
})

describe('--json', () => {
  it.each([
    ['a pass', ['check', '-f', 'good.yaml', ...small], 'pass'],
    ['a violation', rollout, 'violation'],
    ['an error', ['check', '-f', 'nowhere.yaml'], 'error'],
    ['an inconclusive check', ['check', '-f', 'good.yaml', ...small, '--claim', 'recreate-waits'], 'inconclusive'],
  ])('prints %s as one document of the documented shape, and nothing else', async (_, args, verdict) => {
    const { stdout, stderr } = await orrery(...args, '--json')
    const document: unknown = JSON.parse(stdout)
    const decoded = verdictDocument.decode(document)
    expect(isRight(decoded)).toBe(true)
    expect(stderr).toBe('')
    expect(document).toMatchObject({ verdict })
  })

  it('names the members of docs/json.md, and no others', async () => {
    const page = readFileSync(new URL('../../docs/json.md', import.meta.url), 'utf8')
    const document = JSON.parse((await orrery(...rollout, '--json')).stdout) as Readonly<Record<string, unknown>> // an object, as was shown
    const named = [...page.matchAll(/^\| `([a-zA-Z]+)` \|/gm)].map((match) => match[1])
    const [violation] = document['violations'] as readonly object[] // one was found
    expect(named.slice(0, Object.keys(document).length)).toEqual(Object.keys(document))
    for (const name of Object.keys(violation ?? {})) expect(named).toContain(name)
  })

  it('gives the same bytes for the same seed', async () => {
    const first = await orrery(...rollout, '--json', '--seed', '7')
    expect(await orrery(...rollout, '--json', '--seed', '7')).toEqual(first)
  })
})

describe('--junit', () => {
  it('writes one test case a claim, well-formed', async () => {
    await orrery(...rollout, '--junit', 'report.xml')
    const elements = elementsOf(readFileSync('report.xml', 'utf8'))
    const suite = elements.find(({ name }) => name === 'testsuite')
    const cases = elements.filter(({ name }) => name === 'testcase')
    expect(suite?.attributes).toMatchObject({ tests: String(cases.length), failures: '1', errors: '0' })
    expect(elements.filter(({ name }) => name === 'failure')).toHaveLength(1)
    expect(suite?.attributes['skipped']).toBe(String(elements.filter(({ name }) => name === 'skipped').length))
  })

  it('that cannot be written is told, and does not pass', async () => {
    mkdirSync('taken', { recursive: true })
    const { code, stdout, stderr } = await orrery('check', '-f', 'good.yaml', ...small, '--junit', 'taken')
    expect(stdout).toContain('✓ No violation found')
    expect(stderr).toMatch(/^taken: the report could not be written: .*\[E_UNWRITABLE\]\n {2}Give --junit a path/)
    expect(code).toBe(2)
  })
})

describe('--fail-on and orrery.yaml', () => {
  const configured = (text: string): void => write({ 'configured/web.yaml': hazard, 'configured/orrery.yaml': `${text}
scenario: [{ restart: deployment/web }]
` })
  const run = (...more: readonly string[]): ReturnType<typeof orrery> => orrery('check', '-f', 'configured', ...small, ...more)

  it('a warning is reported, and passes', async () => {
    configured(`severity: { ${closedListener}: warning }`)
    const { code, stdout } = await run()
    expect(stdout).toContain(`! ${closedListener}`)
    expect(code).toBe(0)
  })

  it('a warning counts with --fail-on warning', async () => {
    configured(`severity: { ${closedListener}: warning }`)
    expect((await run('--fail-on', 'warning')).code).toBe(1)
  })

  it('a claim that is off is not judged, whether or not off is quoted', async () => {
    for (const off of ['off', '"off"']) {
      configured(`severity: { ${closedListener}: ${off} }`)
      const { code, stdout } = await run()
      expect(stdout).not.toContain(closedListener)
      expect(code).toBe(0)
    }
  })

  it('an opt-in claim is judged once it has a severity', async () => {
    configured('severity: { running-pods-within-surge: error }')
    expect((await run()).stdout).toContain('running-pods-within-surge')
  })

  it('a known finding is accepted with its reason', async () => {
    configured(`accepted: [{ claim: ${closedListener}, object: Service default/*, reason: The client tries again. }]`)
    const { code, stdout } = await run()
    expect(stdout).toContain('Accepted in orrery.yaml: The client tries again.')
    expect(code).toBe(0)
  })

  it('a finding on another object is not', async () => {
    configured(`accepted: [{ claim: ${closedListener}, object: Service shop/web, reason: The client tries again. }]`)
    expect((await run()).code).toBe(1)
  })
})

describe('.orrery/', () => {
  it('keeps what was found, and it is tried first next time', async () => {
    await orrery(...rollout)
    expect(readdirSync('.orrery')).toHaveLength(1)
    const { stdout } = await orrery('check', '-f', 'hazard.yaml', '--scenario', 'restart.yaml', '--runs', '1', '--nodes', '1', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'violation', orders: 2 })
  })

  it('is not looked at with --no-memory', async () => {
    write({ '.orrery/broken.jsonl': 'not a trace' })
    expect(JSON.parse((await orrery(...rollout, '--json')).stdout)).toMatchObject({ orders: 2 })
  })

  it('may hold what is no trace', async () => {
    write({ '.orrery/broken.jsonl': 'not a trace' })
    expect((await orrery('check', '-f', 'good.yaml', '--runs', '1', '--nodes', '1')).code).toBe(0)
  })

  it('whose name is taken by a file is told; the verdict is the same', async () => {
    write({ '.orrery': '' })
    const { code, stdout, stderr } = await orrery(...rollout)
    expect(stderr).toMatch(/^\.orrery\/.*\.jsonl: the trace could not be kept: .*\[E_UNWRITABLE\]\n {2}Run in a directory/)
    expect(stdout).not.toContain('Replay:')
    expect(code).toBe(1)
    rmSync('.orrery')
    expect(existsSync('.orrery')).toBe(false)
  })
})

describe('what is accepted as the rest of the world accepts it', () => {
  it('empty documents, lists, custom resources, volumes, missing Secrets and ConfigMaps: listed once', async () => {
    const app = web({
      container: ', envFrom: [{ secretRef: { name: gone } }], volumeMounts: [{ name: data, mountPath: /d }, { name: settings, mountPath: /s }]',
      pod: `      volumes:
        - name: data
          persistentVolumeClaim: { claimName: data }
        - name: settings
          configMap: { name: settings }
`,
    })
    const widget = 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: example.com/v1\n  kind: Widget\n  metadata: { name: w }\n  spec: { any: 1 }\n'
    write({ 'accepted.yaml': `---\n---\n# nothing\n---\n${widget}---\n${app}` })
    const { code, stdout } = await orrery('check', '-f', 'accepted.yaml', ...small)
    expect(code).toBe(0)
    for (const line of [
      'Widget  × 1', 'volumes[].persistentVolumeClaim  × 1', 'ConfigMap default/settings', 'Secret default/gone',
    ]) expect(stdout).toContain(line)
  })

  it('a namespace that does not exist is told, as kubectl tells it', async () => {
    const { code, stdout } = await orrery('check', '-f', 'good.yaml', '--namespace', 'shop', ...small)
    expect(stdout).toContain('namespaces "shop" not found')
    expect([0, 3]).toContain(code)
  })
})
