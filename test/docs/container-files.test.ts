/** docs/container-files.md is played from its beginning in an empty directory. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { directory, orrery } from '../support/cli.js'
import { played } from '../support/tutorial.js'

const page = new URL('../../docs/container-files.md', import.meta.url).pathname
const { write } = directory()

test('docs/container-files.md shows what its commands print', async () => {
  const text = await played(readFileSync(page, 'utf8'), {
    read: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    write: (path, content) => write({ [path]: content }),
    async run(command) {
      const [program, ...words] = command.split(' ')
      expect(program).toBe('orrery')
      const printed = await orrery(...words)
      return printed.stderr + printed.stdout
    },
  })
  await expect(text).toMatchFileSnapshot(page)
}, 60_000)
