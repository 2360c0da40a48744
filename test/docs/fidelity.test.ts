import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { fidelity } from '../support/fidelity.js'
import { modelHeaders } from '../support/model-headers.js'

it('docs/fidelity.md says what the headers of the models say', async () => {
  await expect(fidelity(modelHeaders())).toMatchFileSnapshot('../../docs/fidelity.md')
})

it('docs/library.md shows the example that is run', () => {
  const example = readFileSync('examples/vitest/rollout.test.ts', 'utf8')
  expect(readFileSync('docs/library.md', 'utf8')).toContain(`\`\`\`ts\n${example}\`\`\``)
})
