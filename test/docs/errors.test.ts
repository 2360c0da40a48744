/** docs/errors.md and the code name the same codes. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const sources = ['src', 'models', 'properties'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(root, folder, file), 'utf8')))

const codes = (text: string, pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? '')

const inCode = new Set(sources.flatMap((text) => codes(text, /'(E_[A-Z_]+)'/g)))
const onPage = codes(readFileSync(join(root, 'docs/errors.md'), 'utf8'), /^\| `(E_[A-Z_]+)` \|/gm)

describe('docs/errors.md', () => {
  it('lists every code that the code gives', () => {
    expect([...inCode].filter((code) => !onPage.includes(code))).toEqual([])
  })

  it('lists no other, and none twice', () => {
    expect(onPage.filter((code, index) => !inCode.has(code) || onPage.indexOf(code) !== index)).toEqual([])
  })
})
