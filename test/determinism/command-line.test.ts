/** The same seed gives the same bytes, whoever runs the orders and however fast. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { built } from '../support/built.js'

interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** What was kept in `.orrery/`, by file. */
  readonly kept: Readonly<Record<string, string>>
}

const command = built()
const examples = new URL('../../examples', import.meta.url).pathname

/** Runs the command in a directory that is empty but for the examples. */
function check(...args: readonly string[]): Run {
  const cwd = mkdtempSync(join(tmpdir(), 'orrery-'))
  try {
    symlinkSync(examples, join(cwd, 'examples'))
    const { status, stdout, stderr } = spawnSync(process.execPath, [command(), 'check', '--no-memory', '--json', ...args],
      { cwd, encoding: 'utf8', maxBuffer: 1e9 })
    const memory = join(cwd, '.orrery')
    const files = existsSync(memory) ? readdirSync(memory).sort() : []
    const kept = files.map((file) => [file, readFileSync(join(memory, file), 'utf8')] as const)
    return { code: status, stdout, stderr, kept: Object.fromEntries(kept) }
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

/** What a verdict says of its size; the rest of it is compared as text. */
const ordersOf = ({ stdout }: Run): number => (JSON.parse(stdout) as { readonly orders: number }).orders // docs/json.md

describe('orrery check --runs --no-memory', () => {
  it('prints and keeps the same bytes twice, and with two workers, where a claim is broken', () => {
    const args = ['-f', 'examples/rollout', '--runs', '4', '--seed', '3']
    const first = check(...args)
    expect([first.code, first.stderr, Object.keys(first.kept).length]).toEqual([1, '', 1])
    expect(check(...args)).toEqual(first)
    expect(check(...args, '--workers', '2')).toEqual(first)
  }, 300_000)

  it('prints the same bytes with two workers where every claim holds', () => {
    const args = ['-f', 'examples/rollout-fixed', '--runs', '24', '--seed', '5']
    const first = check(...args)
    expect([first.code, first.stderr, first.kept]).toEqual([0, '', {}])
    expect(check(...args, '--workers', '2')).toEqual(first)
  }, 300_000)

  it('prints other bytes for another seed', () => {
    const args = ['-f', 'examples/rollout-fixed', '--runs', '5']
    expect(check(...args, '--seed', '5').stdout).not.toBe(check(...args, '--seed', '6').stdout)
  }, 300_000)
})

describe('orrery check --time --no-memory', () => {
  it.each(['1', '2'])('with %s workers judges the first orders of a longer run', (workers) => {
    const args = ['-f', 'examples/rollout-fixed', '--seed', '7']
    const timed = check(...args, '--time', '2s', '--workers', workers)
    expect([timed.code, timed.stderr]).toEqual([0, ''])
    expect(ordersOf(timed)).toBeGreaterThan(0)
    expect(timed.stdout).toBe(check(...args, '--runs', String(ordersOf(timed))).stdout)
  }, 300_000)
})
