/** docs/tutorial.md is played from its beginning in an empty directory. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { directory, orrery } from '../support/cli.js'
import { isShown, played } from '../support/tutorial.js'

const page = new URL('../../docs/tutorial.md', import.meta.url).pathname
const { write } = directory()

/** `folder/begins-….jsonl`, as a shell completes it. */
function completed(word: string): string {
  const [start = '', end] = word.split('…')
  if (end === undefined) return word
  const found = readdirSync(dirname(start)).map((name) => join(dirname(start), name))
    .filter((path) => path.startsWith(start) && path.endsWith(end))
  expect(found).toHaveLength(1)
  return found.join()
}

test('docs/tutorial.md shows what its commands print', async () => {
  let code = 0
  const text = await played(readFileSync(page, 'utf8'), {
    read: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    write: (path, content) => write({ [path]: content }),
    async run(command) {
      const [program, ...words] = command.split(' ')
      if (program === 'echo') return String(code)
      const printed = await orrery(...words.map(completed))
      code = printed.code
      return printed.stderr + printed.stdout
    },
  })
  await expect(text).toMatchFileSnapshot(page)
}, 240_000)

describe('what a page shows of an output', () => {
  const output = 'Checking shop\n\n✗ drain-completes\n  after 217 Steps\n\n✗ 1 finding'
  test.each([
    [output, true], ['…', true], ['Checking shop\n…\n✗ 1 finding', true], ['…\n  after … Steps\n…', true],
    ['Checking shop\n…\n✗ 2 findings', false], ['Checking shop', false], ['after … Steps', false], ['', false],
  ])('%j: %s', (shown, expected) => expect(isShown(shown, output)).toBe(expected))
})
