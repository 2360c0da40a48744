/** docs/profiles.md: its examples are profiles, and its table lists every field. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseConfiguration } from '#cli/configuration'
import { decodeProfileText } from '#models/node/profile-codec'

const page = readFileSync(new URL('../../docs/profiles.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => text)

describe('docs/profiles.md', () => {
  test('has examples that a check accepts', () => {
    const [first = '', annotated = '', last = ''] = blocks
    expect(blocks).toHaveLength(3)
    for (const text of [first, last]) {
      const { configuration, errors } = parseConfiguration(text, 'orrery.yaml', [])
      expect(errors).toEqual([])
      expect(Object.keys(configuration.profiles).length).toBeGreaterThan(1)
    }
    const [, inner = ''] = annotated.split('orrery.dev/profile: |\n')
    expect(decodeProfileText(inner.replace(/^ {10}/gm, ''))).toMatchObject({ errors: [], profile: { startSeconds: 20 } })
  })

  test('lists every field', () => {
    const rows = page.split('\n').filter((line) => /^\| `/.test(line)).flatMap((line) => line.split('|')[1]?.match(/\w+/g) ?? [])
    const fields = decodeProfileText('{ nothing: 1 }').errors[0]?.next.match(/are (.*)\./)?.[1]?.split(', ') ?? []
    expect(rows.sort()).toEqual(fields.filter((name) => name !== 'containers').sort())
  })
})
