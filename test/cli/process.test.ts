/** What only a process of its own shows: signals, pipes, standard input, threads, the time it takes to start. */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { built } from '../support/built.js'
import { directory, hazard, web } from '../support/cli.js'

const command = built()
const { write } = directory()

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

interface Running {
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  /** Called with everything printed so far; may send signals. */
  readonly watch?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void
  /** Closes the reading end at once. */
  readonly deaf?: boolean
}

/** Without what the terminal that runs the tests says of colours. */
const { FORCE_COLOR: _forced, NO_COLOR: _none, ...environment } = process.env

const run = (args: readonly string[], { stdin, env = {}, watch, deaf }: Running = {}): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command(), ...args], { env: { ...environment, ...env } })
    const printed = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => {
      printed.stdout += chunk.toString()
      watch?.(printed.stdout, (signal) => void child.kill(signal))
    })
    child.stderr.on('data', (chunk: Buffer) => { printed.stderr += chunk.toString() })
    if (deaf === true) child.stdout.destroy()
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, ...printed }))
    child.stdin.end(stdin ?? '')
  })

const rollout = [
  'check', '-f', 'hazard.yaml', '--scenario', 'restart.yaml', '--nodes', '1', '--no-memory',
  '--claim', 'no-connection-to-closed-listener',
]

beforeEach(() => write({ 'hazard.yaml': hazard, 'restart.yaml': 'steps: [{ restart: deployment/web }]\n' }))

describe('a process', () => {
  it('reads standard input', async () => {
    const { code, stdout } = await run(['check', '-f', '-', '--runs', '1', '--no-memory'], { stdin: web() })
    expect(stdout).toContain('Checking standard input on 3 nodes')
    expect(code).toBe(0)
  })

  it('tells the place in standard input', async () => {
    expect((await run(['check', '-f', '-'], { stdin: web({ replicas: '-1' }) })).stderr).toMatch(/^STDIN:5:3: /)
  })

  it('gives the same bytes with one worker and with two', async () => {
    const [one, two] = [await run([...rollout, '--runs', '6', '--json']), await run([...rollout, '--runs', '6', '--json', '--workers', '2'])]
    expect(two).toEqual(one)
    expect(one.code).toBe(1)
  })

  it('explores the same Worlds with one worker and with three', async () => {
    write({ 'web.yaml': web() })
    const explored = async (workers: number): Promise<Record<string, unknown>> => {
      const { stdout } = await run(['explore', '-f', 'web.yaml', '--nodes', '1', '--delays', '2', '--worlds', '40000', '--checkpoint', 'part', '--json', '--workers', String(workers)])
      return JSON.parse(stdout) as Record<string, unknown>
    }
    const [{ bytes: alone, ...one }, { bytes: shared, ...three }] = [await explored(1), await explored(3)]
    expect(three).toEqual(one)
    expect(one).toMatchObject({ stopped: 'worlds' })
    expect(Number(one.worlds) - 40_000).toBeLessThan(10)
    expect(shared, 'there is no memory that threads share').not.toBe(alone)
  }, 120_000)

  it('explores by a swarm on two threads what it explores in one', async () => {
    write({ 'web.yaml': web() })
    const explored = async (workers: number): Promise<Record<string, unknown>> => {
      const { stdout } = await run(['explore', '-f', 'web.yaml', '--nodes', '1', '--swarm', '3', '--json', '--workers', String(workers)])
      return JSON.parse(stdout) as Record<string, unknown>
    }
    const [{ bytes: _one, ...one }, { bytes: _two, ...two }] = [await explored(1), await explored(2)]
    expect(two).toEqual(one)
    expect(one).toMatchObject({ complete: true, swarm: [{ seed: 0 }, { seed: 1 }, { seed: 2 }] })
  }, 60_000)

  it('has no colours where nobody sees them', async () => {
    const { stdout, stderr } = await run([...rollout, '--runs', '1'], { env: { CI: 'true' } })
    expect(stdout + stderr).not.toContain('\u001b')
    const loud = await run([...rollout, '--runs', '1'], { env: { FORCE_COLOR: '1' } })
    expect(loud.stdout).toContain('\u001b')
    expect((await run([...rollout, '--runs', '1'], { env: { NO_COLOR: '1', FORCE_COLOR: '' } })).stdout).toBe(stdout)
  })

  it('ends quietly where nobody reads', async () => {
    const { code, stderr } = await run(['check', '-f', 'hazard.yaml', '--runs', '1', '--no-memory', '--json'], { deaf: true })
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it('starts at once to say its version', async () => {
    const began = performance.now()
    await run(['version'])
    // A fifth of a second alone on a machine; what is loaded needlessly takes seconds.
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})

describe('Ctrl-C', () => {
  /** Sends signals once that was printed, the later ones after so many milliseconds. */
  const interrupt = (when: RegExp, ...later: readonly number[]) => {
    let isSent = false
    return (stdout: string, kill: (signal: NodeJS.Signals) => void): void => {
      if (isSent || !when.test(stdout)) return
      isSent = true
      kill('SIGINT')
      for (const ms of later) setTimeout(() => kill('SIGINT'), ms)
    }
  }
  const many = ['check', '-f', 'many.yaml', '--time', '50s', '--no-memory']

  it('prints the partial verdict and keeps what was found', async () => {
    const { code, stdout } = await run([...rollout, '--time', '50s'], { watch: interrupt(/Replay:/) })
    expect(stdout).toContain('✗ 1 finding (interrupted: partial verdict)')
    expect(code).toBe(1)
    expect(readdirSync('.orrery')).toHaveLength(1)
  })

  it('a second time ends at once', async () => {
    write({ 'many.yaml': web({ replicas: '100' }) })
    const { code, stdout } = await run(many, { watch: interrupt(/The user:/, 10) })
    expect(stdout).not.toContain('Claims:')
    expect(code).toBe(130)
  })
})
