/** The reference rollout as other tools have it: the peers that need nothing to be installed. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

interface Line {
  readonly states: number
  readonly transitions: number
  readonly depth: number
  readonly counterexample?: number
}

const folder = new URL('../../bench/peers/rollout/', import.meta.url).pathname
type Sized = Line & { readonly size: readonly number[] }
const known = JSON.parse(readFileSync(`${folder}sizes.json`, 'utf8')) as readonly Sized[] // a file of the project

async function explored(peer: string, options: string): Promise<Line> {
  const { stdout } = await promisify(execFile)(process.execPath, [`${folder}${peer}.mjs`, ...options.split(' ')])
  return JSON.parse(stdout) as Line // the line that every peer prints
}

function sized(options: string): Line {
  const found = known.find(({ size }) => options.startsWith(size.join(' ')))
  if (found === undefined) throw new Error(`no such size: ${options}`)
  const { states, transitions, depth } = found
  return { states, transitions, depth }
}

describe('The reference rollout', () => {
  it.each([
    ['hand-written', '1 1 1'],
    ['hand-written', '2 1 1'],
    ['hand-written', '3 1 1'],
    ['hand-written', '3 1 1 --workers 2'],
    ['xstate-graph', '1 1 1'],
  ])('has its worlds, transitions and depth in %s at %s', async (peer, options) => {
    expect(await explored(peer, options)).toMatchObject(sized(options))
  })

  it('has fewer worlds where pods may change places, and the sooner reaches the last', async () => {
    expect(await explored('hand-written', '2 1 1 --sorted')).toMatchObject({ states: 2500, depth: 30 })
  })

  it.each([
    ['hand-written', '2 1 0', 14],
    ['hand-written', '2 1 0 --sorted', 14],
    ['xstate-graph', '2 1 0', 14],
    ['hand-written', '3 1 1', 7],
  ])('exceeds its surge where only planned pods are counted: %s at %s after %i actions', async (peer, size, length) => {
    expect(await explored(peer, `${size} --unsafe`)).toMatchObject({ counterexample: length })
  })

  it.each([
    ['hand-written', '2 1 1'],
    ['hand-written', '4 2 2'],
  ])('has too many pods after four actions where nobody waits for his own writes: %s at %s', async (peer, size) => {
    expect(await explored(peer, `${size} --no-expectations`)).toMatchObject({ counterexample: 4 })
  })

  it('is refused at a size that does not fit, and with a flag that nobody knows', async () => {
    await expect(explored('hand-written', '6 1 1')).rejects.toThrow('sizes of 1 ≤ R, R + S + 1 ≤ 7')
    await expect(explored('hand-written', '2 1 1 --unsave')).rejects.toThrow('not known: --unsave')
  })
})
