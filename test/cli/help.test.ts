/** Help, claims, version and simulate as a newcomer meets them. */
import { describe, expect, it } from 'vitest'
import { claims } from '#properties/claims'
import { directory, hazard, orrery, web } from '../support/cli.js'

const { write } = directory()

describe('help', () => {
  it.each([
    ['orrery', []], ['orrery --help', ['--help']], ['orrery check --help', ['check', '--help']],
    ['orrery explore --help', ['explore', '--help']],
    ['orrery simulate --help', ['simulate', '--help']], ['orrery replay --help', ['replay', '--help']],
    ['orrery export --help', ['export', '--help']], ['orrery describe --help', ['describe', '--help']], ['orrery logs --help', ['logs', '--help']], ['orrery claims --help', ['claims', '--help']],
  ])('%s has examples, and is no error', async (_, args) => {
    const { code, stdout, stderr } = await orrery(...args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: orrery/)
    expect(stdout).toMatch(/Examples:\n {2}# .+\n {2}\S*orrery|Examples:\n {2}# .+\n {2}.*\| orrery/)
    expect(stdout).not.toContain('default: []')
  })

  it('of check tells the exit codes', async () => {
    expect((await orrery('check', '--help')).stdout).toContain('Exit codes: 0 no violation, 1 violation, 2 bad input, 3 inconclusive.')
  })
})

describe('orrery claims', () => {
  it('lists every claim with its sentence', async () => {
    const { stdout } = await orrery('claims')
    for (const { name } of claims) expect(stdout).toContain(name)
  })

  it('explains one: what it says, where upstream says so, what breaks it', async () => {
    const { code, stdout } = await orrery('claims', 'placement-allowed')
    expect(code).toBe(0)
    for (const word of ['placement-allowed', 'Upstream:', 'Judged:', 'Broken by:', 'sched-ghost-node', '--claim placement-allowed']) {
      expect(stdout).toContain(word)
    }
  })

  it('is JSON with --json', async () => {
    const list = JSON.parse((await orrery('claims', '--json')).stdout) as readonly { readonly claim: string }[] // as was printed
    expect(list.map(({ claim }) => claim)).toEqual(claims.map(({ name }) => name))
  })
})

describe('orrery version', () => {
  it('prints the version, by command and by option', async () => {
    const { stdout } = await orrery('version')
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect((await orrery('--version')).stdout).toBe(stdout)
  })
})

describe('orrery simulate', () => {
  it('tells a rollout on a page: the user, the pods, the routes, and what became of it', async () => {
    write({ 'app.yaml': hazard, 'restart.yaml': 'steps: [{ restart: deployment/web }]\n' })
    const { code, stdout } = await orrery('simulate', '-f', 'app.yaml', '--scenario', 'restart.yaml', '--nodes', '2')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Simulating app\.yaml on 2 nodes\n/)
    for (const line of [
      /▸ kubectl +apply -f app\.yaml/, /▸ kubectl +rollout restart deployments\/web/,
      /replicaset controller +Pod default\/web#1-0 is created; likewise default\/web#1-1/,
      /kube-proxy × 2 +Service default\/web leads to web#1-0, web#1-1/,
      /Deployment default\/web: 2\/2 available, 2 up to date/, /[\d,]+ Steps, .* of virtual time/,
    ]) expect(stdout).toMatch(line)
    expect(stdout.split('\n').length).toBeLessThan(60)
  })

  it('tells more with --verbose, every Step with --steps', async () => {
    write({ 'app.yaml': web() })
    const count = async (...more: readonly string[]): Promise<number> =>
      (await orrery('simulate', '-f', 'app.yaml', ...more)).stdout.split('\n').length
    const [brief, long, steps] = [await count(), await count('--verbose'), await count('--steps')]
    expect(brief).toBeLessThan(long)
    expect(long).toBeLessThan(steps)
  })

  it('is JSON with --json', async () => {
    write({ 'app.yaml': web() })
    const document: unknown = JSON.parse((await orrery('simulate', '-f', 'app.yaml', '--json')).stdout)
    expect(document).toMatchObject({ steps: expect.any(Number), ms: expect.any(Number), errors: [] })
  })
})
