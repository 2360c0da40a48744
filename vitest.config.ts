import { defineConfig } from 'vitest/config'

// Tests run on the sources: the `source` condition of package.json `imports` points there.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: { include: ['test/**/*.test.ts', 'examples/**/*.test.ts'], setupFiles: ['test/support/seed.ts'], testTimeout: 60_000 },
})
