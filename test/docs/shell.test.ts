/** docs/shell.md lists what a shell has within itself, and the programs that are known. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { builtinNames } from '#models/container/shell/builtins/table'
import { programNames } from '#models/container/shell/programs/table'

const page = readFileSync(new URL('../../docs/shell.md', import.meta.url), 'utf8')

/** The words between backquotes that come first behind a heading. */
const listed = (heading: string): readonly string[] =>
  page.slice(page.indexOf(`**${heading}**`)).match(/`([^`]*)`/)?.[1]?.split(/\s+/) ?? []

test('docs/shell.md lists every builtin', () => expect([...listed('Within the shell')].sort()).toEqual([...builtinNames].sort()))

test('docs/shell.md lists every program that is none', () => {
  const others = programNames.filter((name) => !builtinNames.includes(name))
  expect([...listed('Programs')].filter((name) => !builtinNames.includes(name)).sort()).toEqual(others.sort())
})
