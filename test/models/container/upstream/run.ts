import { describe, expect, test } from 'vitest'
import type { Table } from '../../node/upstream/table.js'

/** Upstream's tables, run against our decisions. */
export function run(tables: readonly Table[]): void {
  describe.each(tables.map((one) => [`${one.source} ${one.test}`, one] as const))('%s', (_, { rows }) => {
    test.each(rows.map((row) => [row.sentence, row] as const))('%s', (_sentence, { actual, expected }) => {
      expect(actual()).toEqual(expected)
    })
  })
  test('each row says something of its own', () => {
    for (const { test: name, rows } of tables) {
      expect([name, new Set(rows.map(({ sentence }) => sentence)).size]).toEqual([name, rows.length])
    }
  })
}
