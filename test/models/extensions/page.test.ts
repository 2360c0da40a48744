import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('docs/operators.md shows the operator that is run', () => {
  const operator = readFileSync('examples/operator/operator.ts', 'utf8')
  expect(readFileSync('docs/operators.md', 'utf8')).toContain(`\`\`\`ts\n${operator}\`\`\``)
})
