/** docs/coverage.md has a row for each recorded bug and a column for each sampler; `node bench/coverage.mjs` prints its tables. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { samplers } from '#checker/explore/coverage'

const root = new URL('../..', import.meta.url).pathname
const bugs = readdirSync(join(root, 'test/regressions'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort()
const lines = readFileSync(join(root, 'docs/coverage.md'), 'utf8').split('\n')

/** The rows under each heading that begins with these cells, by cell. */
function rowsUnder(...heading: readonly string[]): readonly (readonly string[])[] {
  const at = lines.indexOf(`| ${heading.join(' | ')} |`)
  const end = lines.findIndex((line, index) => index > at && !line.startsWith('|'))
  return at < 0 ? [] : lines.slice(at + 2, end).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
}

describe('docs/coverage.md', () => {
  it('tells of each recorded bug how often each sampler finds it', () =>
    expect(rowsUnder('bug', 'explored', 'Worlds', 'seconds', ...samplers).map(([bug]) => bug)).toEqual(bugs))

  it('tells of each which share of its Worlds they meet', () =>
    expect(rowsUnder('bug', 'Worlds', ...samplers).map(([bug]) => bug)).toEqual(bugs))

  it('tells of none that exploring does not find', () => expect(lines.filter((line) => line.includes('not found'))).toEqual([]))
})
