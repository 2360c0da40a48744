import { describe, expect, test } from 'vitest'
import { tables } from './index.js'

describe.each(tables.map((one) => [`${one.source} ${one.test}`, one] as const))('%s', (_, { rows }) => {
  test.each(rows.map((row) => [row.sentence, row] as const))('%s', (_sentence, { actual, expected }) => {
    expect(actual()).toEqual(expected)
  })
})
