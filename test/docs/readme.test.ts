/** README.md shows what really comes out; `npx vitest run test/docs --update` writes it anew. */
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { directory, orrery } from '../support/cli.js'

const root = new URL('../..', import.meta.url).pathname
const { path } = directory()

it('README.md shows a true counterexample', async () => {
  symlinkSync(join(root, 'examples'), join(path(), 'examples'))
  const { code, stdout } = await orrery(
    'check', '-f', 'examples/rollout', '--runs', '1', '--no-memory', '--claim', 'no-connection-to-closed-listener',
  )
  expect(code).toBe(1)
  const picture = stdout.slice(0, stdout.indexOf('\n', stdout.indexOf('  Replay:')) + 1)
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const shown = readme.replace(/```\nChecking examples\/rollout[^]*?```\n/, () => `\`\`\`\n${picture}\`\`\`\n`)
  await expect(shown).toMatchFileSnapshot(join(root, 'README.md'))
}, 180_000)
