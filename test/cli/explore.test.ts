/** `orrery explore`: what it goes through, what it says of that, what it refuses. */
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { totalmem } from 'node:os'
import * as t from 'io-ts'
import { isRight } from 'fp-ts/lib/Either.js'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Explorer, type Progress } from '#checker/explore/explore'
import { leftOut } from '#cli/explore-reductions'
import { faults } from '#models/faults/index'
import { directory, orrery, web } from '../support/cli.js'

const { write } = directory()

const pod = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: example.org/web:1 }] }
`
const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n'

/** With a Service, and without a preStop hook: what is deleted drops connections, also on the prompt order. */
const served = `${web({ replicas: '2', container: ', ports: [{ containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 8080 } }' })}---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8080 }]
`

beforeEach(() => write({ 'pod.yaml': pod, 'settings.yaml': settings, 'web.yaml': web() }))

const explored = t.intersection([t.type({
  verdict: t.keyof({ pass: null, violation: null, inconclusive: null, error: null }),
  complete: t.boolean,
  bounds: t.intersection([
    t.type({ delays: t.number, faults: t.number, maxLag: t.record(t.string, t.number) }), t.partial({ kinds: t.array(t.string) }),
  ]),
  strategy: t.keyof({ 'breadth-first': null, 'depth-first': null }),
  reductions: t.array(t.exact(t.type({ reduction: t.string, leftOut: t.number }))),
  worlds: t.number, transitions: t.number, expanded: t.number, depth: t.number, bytes: t.number, evaluations: t.number,
  claims: t.array(t.exact(t.type({ claim: t.string, held: t.boolean, exercised: t.boolean }))),
  violations: t.array(t.intersection([
    t.type({
      claim: t.string, severity: t.string, message: t.string, objects: t.array(t.string), steps: t.number, delays: t.number, faults: t.number,
      deviations: t.array(t.string), places: t.array(t.string),
    }),
    t.partial({ advice: t.string, trace: t.string, accepted: t.string }),
  ])),
  unconfirmed: t.array(t.type({ claim: t.string, message: t.string, objects: t.array(t.string) })),
  notModelled: t.array(t.type({ kind: t.string, count: t.number })),
  assumed: t.array(t.string),
  unknownImages: t.array(t.string),
  errors: t.array(t.intersection([t.type({ code: t.string, message: t.string }), t.partial({ file: t.string, next: t.string })])),
}), t.partial({ stopped: t.keyof({ worlds: null, memory: null, time: null, interrupted: null, exhausted: null }), graph: t.string })])

/** The document of `--json`, which is all that is printed. */
async function documentOf(...args: readonly string[]): Promise<t.TypeOf<typeof explored> & { readonly code: number }> {
  const { code, stdout, stderr } = await orrery('explore', ...args, '--json')
  expect(stderr).toBe('')
  const decoded = explored.decode(JSON.parse(stdout))
  if (!isRight(decoded)) throw new Error(`not the document of docs/exploring.md: ${stdout}`)
  return { ...decoded.right, code }
}

const onePod = ['-f', 'pod.yaml', '--nodes', '1']

describe('orrery explore', () => {
  it('goes through every order with one delay, and says so', async () => {
    const { code, stdout, stderr } = await orrery('explore', ...onePod)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('The user: apply -f pod.yaml\n  Every order that departs from the prompt one by at most 1 delay and no fault')
    expect(stdout).toMatch(/✓ All [\d,]+ Worlds within 1 delay and no fault: every claim held\n/)
    expect(stdout).toMatch(/\n {2}one-running-container +held\n/)
    expect(stdout).toMatch(/\n {2}not exercised: .*rollout-completes/s)
    expect(stdout).toMatch(/\d transitions, at most \d+ actions deep, .*; \d+ Steps worked out, \d+\.\d% known from other Worlds/)
  })

  it('applies the manifests and does nothing else unless it is told to', async () => {
    expect((await orrery('explore', '-f', 'web.yaml', '--nodes', '1', '--delays', '0')).stdout).toContain('  The user: apply -f web.yaml\n')
    write({ 'v2/web.yaml': web({ replicas: '2' }), 'scale.yaml': 'steps: [{ scale: { deployment: web, replicas: 0 } }]\n' })
    const told = async (...args: readonly string[]): Promise<string> =>
      /The user: .*/.exec((await orrery('explore', '-f', 'web.yaml', '--nodes', '1', '--delays', '0', ...args)).stdout)?.[0] ?? ''
    expect(await told('--then', 'v2')).toBe('The user: apply -f web.yaml; apply -f v2')
    expect(await told('--scenario', 'scale.yaml')).toBe('The user: apply -f web.yaml; scale deployments/web --replicas=0')
  })

  it('passes on the prompt order alone, and names it', async () => {
    const { code, stdout } = await orrery('explore', ...onePod, '--delays', '0')
    expect(code).toBe(0)
    expect(stdout).toMatch(/✓ All \d+ Worlds of the prompt order: every claim held/)
    expect(stdout).toContain('Orders with delays were not explored: --delays 1.')
  })

  it('is one document with --json, the same every time', async () => {
    const [one, two] = [await documentOf(...onePod), await documentOf(...onePod)]
    expect(two).toEqual(one)
    expect(one).toMatchObject({ code: 0, verdict: 'pass', complete: true, bounds: { delays: 1, faults: 0 }, violations: [], unconfirmed: [] })
    expect(one.expanded).toBe(one.worlds)
    expect(one.transitions).toBeGreaterThanOrEqual(one.worlds - 1)
    expect(one.stopped).toBeUndefined()
  })

  it('explores one fault where a kind is named, and that kind alone', async () => {
    const { code, bounds, complete } = await documentOf(...onePod, '--delays', '0', '--fault', 'restart')
    expect({ code, complete }).toEqual({ code: 0, complete: true })
    expect(bounds).toMatchObject({ delays: 0, faults: 1, kinds: ['restart'] })
  })

  it('explores more without the reduction, to the same verdict', async () => {
    const few = await documentOf('-f', 'settings.yaml', '--nodes', '1')
    const many = await documentOf('-f', 'settings.yaml', '--nodes', '1', '--no-reduction')
    expect(many.worlds).toBeGreaterThan(few.worlds)
    expect(many.claims).toEqual(few.claims)
  })

  it('leaves out only by the reductions that are named, and tells what each saved', async () => {
    const by = async (...args: readonly string[]): ReturnType<typeof documentOf> => documentOf(...onePod, ...args)
    const [all, none] = [await by(), await by('--no-reduction')]
    expect(all.reductions.map(({ reduction }) => reduction)).toEqual(['dependence', 'subsumption', 'passing'])
    expect(none.reductions).toEqual([])
    expect(Object.keys(all.bounds)).toEqual(['delays', 'faults', 'maxLag'])
    for (const one of ['dependence', 'subsumption', 'passing']) {
      const { claims, worlds, reductions } = await by('--reduction', one)
      expect(claims).toEqual(none.claims)
      expect(reductions).toEqual([{ reduction: one, leftOut: expect.any(Number) }])
      expect(reductions[0]?.leftOut).toBeGreaterThan(0)
      expect(worlds).toBeLessThan(none.worlds)
      expect(worlds).toBeGreaterThan(all.worlds)
    }
    const both = [await by('--reduction', 'passing,subsumption'), await by('--reduction', 'passing', '--reduction', 'subsumption')]
    expect(both[0]).toEqual(both[1])
    expect(both[0]?.reductions.map(({ reduction }) => reduction)).toEqual(['subsumption', 'passing'])
    expect(await by('--no-reduction', '--reduction', 'passing')).toMatchObject({ reductions: [{ reduction: 'passing' }] })
  })

  it('comes to the same verdict depth first', async () => {
    const [broad, deep] = [await documentOf(...onePod), await documentOf(...onePod, '--strategy', 'depth-first')]
    expect([broad.strategy, deep.strategy]).toEqual(['breadth-first', 'depth-first'])
    expect({ code: deep.code, complete: deep.complete, claims: deep.claims }).toEqual({ code: 0, complete: true, claims: broad.claims })
    expect((await orrery('explore', ...onePod, '--strategy', 'depth-first')).stdout).toMatch(/no fault, depth first\s+\(docs/)
  })

  it('comes to the same where Worlds are told apart by 64 bits of them, and says what that is worth', async () => {
    const [exact, compact] = [await documentOf(...onePod), await documentOf(...onePod, '--compact')]
    expect(compact).toMatchObject({ worlds: exact.worlds, transitions: exact.transitions, claims: exact.claims, complete: true })
    expect(exact).not.toHaveProperty('chanceOfMiss')
    expect((await orrery('explore', ...onePod, '--compact', '--json')).stdout).toMatch(/"chanceOfMiss": \d\.\d+e-1\d/)
    expect((await orrery('explore', ...onePod, '--compact')).stdout)
      .toMatch(/told apart by 64 bits of them: the chance that one was missed\s+is about 1 in [\d,]+/)
  })

  it('comes to the same verdict with bits alone kept, and says what that is worth', async () => {
    const [exact, bits] = [await documentOf(...onePod), await documentOf(...onePod, '--bitstate')]
    expect(bits).toMatchObject({ code: 0, complete: true, strategy: 'depth-first', claims: exact.claims })
    const { stdout } = await orrery('explore', ...onePod, '--bitstate')
    expect(stdout).toMatch(/depth first, bits alone\s+kept/)
    expect(stdout).toMatch(/Three bits were kept of each World: the chance that one was missed is\s+less than 1 in 10\^15/)
  })

  it('by a swarm in several orders comes to the same verdict', async () => {
    const [exact, swarm] = [await documentOf(...onePod), await documentOf(...onePod, '--swarm', '3')]
    expect(swarm).toMatchObject({ code: 0, complete: true, claims: exact.claims, swarm: [{ seed: 0 }, { seed: 1 }, { seed: 2 }] })
    const { stdout } = await orrery('explore', ...onePod, '--swarm', '3', '--worlds', '100')
    expect(stdout).toMatch(/\? Inconclusive: stopped at the limit of 100 Worlds/)
    expect(stdout.replace(/\s+/g, ' '))
      .toMatch(/3 searches in other orders met 1\d\d(?: to 1\d\d)? Worlds each, none came to the end, three bits were kept of each World \(docs/)
  })

  it('takes shorter delays where they are bounded', async () => {
    const { bounds: { maxLag } } = await documentOf('-f', 'settings.yaml', '--nodes', '1', '--max-lag', '10ms')
    expect(new Set(Object.values(maxLag))).toEqual(new Set([10]))
  })

  it('judges the claims that are named, and is inconclusive where none was exercised', async () => {
    const one = await documentOf(...onePod, '--delays', '0', '--claim', 'one-running-container')
    expect(one).toMatchObject({ code: 0, claims: [{ claim: 'one-running-container', held: true, exercised: true }] })
    const { code, stdout } = await orrery('explore', ...onePod, '--delays', '0', '--claim', 'drain-completes')
    expect(code).toBe(3)
    expect(stdout).toMatch(/\? Inconclusive: no claim was exercised\n {2}All \d+ Worlds of the prompt order were explored\n/)
  })
})

describe('A counterexample', () => {
  const claim = 'no-connection-to-closed-listener'
  const restart = ['-f', 'served.yaml', '--scenario', 'restart.yaml', '--nodes', '1', '--delays', '0', '--claim', claim]
  beforeEach(() => write({ 'served.yaml': served, 'restart.yaml': 'steps: [{ restart: deployment/web }]\n' }))

  it('is told as by a check, kept, and can be replayed', async () => {
    const { code, stdout } = await orrery('explore', ...restart)
    expect(code).toBe(1)
    expect(stdout).toMatch(/✗ no-connection-to-closed-listener {2}on the prompt order, after \d+ Steps\n/)
    expect(stdout).toContain('Change: Let the pod go on listening')
    expect(stdout).toMatch(/\n✗ 1 finding\n {2}All [\d,]+ Worlds of the prompt order were explored\n/)
    const trace = `.orrery/${readdirSync('.orrery')[0] ?? ''}`
    expect(stdout).toContain(`npx orrery replay ${trace}`)
    expect(await orrery('replay', trace)).toMatchObject({ code: 1, stderr: '' })
  })

  it('passes where it is accepted in orrery.yaml', async () => {
    write({ 'orrery.yaml': `accepted: [{ claim: ${claim}, object: "Service default/*", reason: a demo }]\n` })
    const { code, stdout } = await orrery('explore', ...restart)
    write({ 'orrery.yaml': '{}\n' })
    expect(code).toBe(0)
    expect(stdout).toContain('Accepted in orrery.yaml: a demo')
    expect(stdout).toMatch(/✓ All [\d,]+ Worlds of the prompt order: every claim held, but for 1 finding that may pass/)
  })

  it('is gone through once more without being counted', async () => {
    let explored: Progress | undefined
    const finish = Explorer.prototype.finish
    const spy = vi.spyOn(Explorer.prototype, 'finish').mockImplementation(function (this: Explorer, ...how) {
      explored = this.progress
      return finish.apply(this, how)
    })
    const { violations, reductions, bounds, ...told } = await documentOf(...restart)
    const { worlds, transitions, expanded, depth, bytes } = told
    spy.mockRestore()
    expect(violations).toHaveLength(1)
    expect(explored).toMatchObject({ worlds, transitions, expanded, depth, bytes })
    expect(reductions).toEqual(leftOut(bounds, explored!.spared))
  })

  it('is found in the part that was explored', async () => {
    const all = await documentOf(...restart)
    const part = await documentOf(...restart, '--worlds', String(all.worlds - 1))
    expect(part).toMatchObject({ code: 1, verdict: 'violation', violations: [{ claim, delays: 0, faults: 0 }] })
  })
})

describe('An exploration that ends before its end', () => {
  it.each([
    ['the limit of Worlds', ['--worlds', '500'], 'worlds', /\? Inconclusive: stopped at the limit of 500 Worlds\n/],
    ['the memory limit', ['--memory', '1Mi', '--delays', '2'], 'memory', /\? Inconclusive: stopped at the memory limit \(1 MiB\)\n/],
    ['the time', ['--time', '1ms'], 'time', /\? Inconclusive: stopped after 0\.001s\n/],
  ])('stops at %s, and proves nothing', async (_, args, stopped, told) => {
    const { code, stdout } = await orrery('explore', '-f', 'web.yaml', '--nodes', '1', ...args)
    expect(code).toBe(3)
    expect(stdout).toMatch(told)
    expect(stdout).toMatch(/ {2}[\d,]+ Worlds? within \d delays? and no fault reached, [\d,]+ of them expanded;\s+nothing is said of the others\n/)
    expect(stdout).toContain(`Or allow more: --${stopped}.`)
    expect(stdout).not.toMatch(/ held\n/)
    expect(await documentOf('-f', 'web.yaml', '--nodes', '1', ...args)).toMatchObject({ code: 3, verdict: 'inconclusive', complete: false, stopped })
  })

  it('is complete where the limit is just enough', async () => {
    const { worlds } = await documentOf('-f', 'settings.yaml', '--nodes', '1')
    expect(await documentOf('-f', 'settings.yaml', '--nodes', '1', '--worlds', String(worlds))).toMatchObject({ code: 0, complete: true })
  })
})

describe('--graph', () => {
  it('draws a small exploration for Graphviz and for Mermaid', async () => {
    const { code, stdout } = await orrery('explore', '-f', 'settings.yaml', '--nodes', '1', '--graph', 'settings.dot')
    expect(code).toBe(0)
    expect(stdout).toContain('Its graph: settings.dot')
    const dot = readFileSync('settings.dot', 'utf8')
    const { worlds, transitions, graph } = await documentOf('-f', 'settings.yaml', '--nodes', '1', '--graph', 'settings.mmd')
    expect(dot.match(/\[label="World \d+/g)).toHaveLength(worlds)
    expect(dot.match(/\d -> \d/g)?.length).toBeLessThanOrEqual(transitions)
    expect(dot).toContain('held back: ')
    expect(graph).toBe('settings.mmd')
    expect(readFileSync('settings.mmd', 'utf8')).toMatch(/^stateDiagram-v2\n/)
  })

  it('leaves out Worlds where only one thing can be done before it gives up', async () => {
    write({ 'three.yaml': web({ replicas: '3' }) })
    const { code, stdout } = await orrery('explore', '-f', 'three.yaml', '--nodes', '1', '--delays', '0', '--graph', 'three.dot')
    expect({ code, drawn: stdout.includes('Its graph: three.dot') }).toEqual({ code: 0, drawn: true })
    expect(readFileSync('three.dot', 'utf8')).toMatch(/ 0 -> 1 \[label=".*\\n… \d+ more"\]/)
  })

  it('says where it is too large, and does not pass for drawn', async () => {
    const { code, stdout, stderr } = await orrery('explore', '-f', 'web.yaml', '--nodes', '1', '--graph', 'large.dot')
    expect(code).toBe(2)
    expect(stdout).toContain('every claim held')
    expect(stderr).toMatch(/^large\.dot: the graph has [\d,]+ Worlds, a picture holds at most 200.* \[E_GRAPH_TOO_LARGE\]\n {2}Bound it more tightly/)
    expect(existsSync('large.dot')).toBe(false)
  })

  it('is not drawn of a part', async () => {
    const { code, stderr } = await orrery('explore', ...onePod, '--worlds', '50', '--graph', 'part.dot')
    expect(code).toBe(3)
    expect(stderr).toMatch(/^part\.dot: the graph was not explored to its end \[E_GRAPH_TOO_LARGE\]/)
  })
})

describe('What cannot be explored', () => {
  it.each([
    ['too many delays', ['--delays', '6'], /^--delays: 6 delays are too many .* 5 are the most \[E_BOUND_TOO_LARGE\]\n {2}Begin with 1\./],
    ['too many faults', ['--faults', '4'], /^--faults: .* 3 are the most \[E_BOUND_TOO_LARGE\]/],
    ['a picture by several', ['--workers', '2', '--graph', 'a.dot'], /^--workers: with --graph one thread explores alone \[E_ONE_WORKER\]\n {2}Leave out --workers, or --graph\./],
    ['64 bits by several', ['--workers', '2', '--compact'], /^--workers: with --compact one thread explores alone \[E_ONE_WORKER\]/],
    ['bits by several', ['--workers', '2', '--bitstate'], /^--workers: with --bitstate one .* \[E_ONE_WORKER\]\n {2}.*let a swarm of them explore: --swarm\.\n/],
    ['a picture of bits', ['--bitstate', '--graph', 'a.dot'], /^--bitstate: --graph needs more of a World than the bits that are kept \[E_BITSTATE\]/],
    ['a swarm that is resumed', ['--swarm', '2', '--resume'], /^--swarm: the searches of a swarm are not kept, so that there is no --resume \[E_BITSTATE\]/],
    ['a swarm that does not fit', ['--swarm', '64', '--workers', '64', '--memory', `${Math.ceil(totalmem() / 60 / 2 ** 20)}Mi`],
      /^--memory: 64 searches with .* each are more than the .* \[E_MEMORY\]/],
    ['delays that are no number', ['--delays', 'some'], /^orrery explore: .*--delays.*whole number \[E_USAGE\]/],
    ['a negative number of faults', ['--faults', '-1'], /^orrery explore: .*--faults.*whole number \[E_USAGE\]/],
    ['an unknown fault', ['--fault', 'restrat'], /^--fault: there is no fault "restrat" \[E_UNKNOWN_FAULT\]\n {2}Did you mean "restart"\?/],
    ['an unknown claim', ['--claim', 'rollout-complete'], /^--claim: .*\[E_UNKNOWN_CLAIM\]\n {2}Did you mean "rollout-completes"\?/],
    ['an unknown reduction', ['--reduction', 'passing,subsumtion'],
      /^--reduction: there is no reduction "subsumtion" \[E_UNKNOWN_REDUCTION\]\n {2}Did you mean "subsumption"\? There are dependence,/],
    ['reductions without a name', ['--reduction', ''], /^--reduction: there is no reduction "" \[E_UNKNOWN_REDUCTION\]/],
    ['an unknown strategy', ['--strategy', 'random'], /^orrery explore: .*breadth-first, depth-first \[E_USAGE\]/],
    ['a coverage of no orders', ['--coverage', '0'], /^orrery explore: .*--coverage.*whole number from 1 .*\[E_USAGE\]/],
    ['memory that is no quantity', ['--memory', '2GB'], /^--memory: "2GB" is no quantity of memory \[E_MEMORY\]\n {2}Write it as Kubernetes does/],
    ['less memory than anything takes', ['--memory', '10k'], /^--memory: 10k is less than 1Mi \[E_MEMORY\]/],
    ['more memory than there is', ['--memory', '9Ei'], /^--memory: 9Ei is more than the .* of this machine \[E_MEMORY\]/],
    ['a graph for another program', ['--graph', 'web.png'], /^orrery explore: .*\.dot \(Graphviz\) or \.mmd \(Mermaid\) \[E_USAGE\]/],
    ['a graph in no directory', ['--graph', 'nowhere/web.dot'], /^nowhere\/web\.dot: the graph could not be written: .*\[E_UNWRITABLE\]\n {2}Give --graph/],
    ['a graph that is a directory', ['--graph', 'taken.dot'], /^taken\.dot: .*it is a directory \[E_UNWRITABLE\]/],
    ['a file that is not there', ['-f', 'nowhere.yaml'], /^nowhere\.yaml: .*\[E_NO_SUCH_FILE\]/],
  ])('%s is refused', async (_, args, told) => {
    mkdirSync('taken.dot', { recursive: true })
    const { code, stdout, stderr } = await orrery('explore', '-f', 'pod.yaml', ...args)
    expect(stderr).toMatch(told)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('is told all at once, in one document with --json', async () => {
    const { code, verdict, complete, errors } = await documentOf('-f', 'pod.yaml', '--delays', '9', '--fault', 'fire')
    expect({ code, verdict, complete }).toEqual({ code: 2, verdict: 'error', complete: false })
    expect(errors.map((error) => error.code)).toEqual(['E_BOUND_TOO_LARGE', 'E_UNKNOWN_FAULT'])
    for (const { name } of faults) expect(errors[1]?.next).toContain(name)
  })

  it('a file without -f gets the hint', async () => {
    expect((await orrery('explore', 'pod.yaml')).stderr).toMatch(/\[E_USAGE\]\n {2}Name files and directories with -f\. See "orrery explore --help"/)
  })
})
