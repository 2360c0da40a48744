/** `orrery describe pod`: every line as kubectl v0.36 prints it for the same pod. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { directory, orrery } from '../../support/cli.js'

const { write } = directory()
const here = new URL('.', import.meta.url).pathname

beforeAll(() => write({ 'everything.yaml': readFileSync(`${here}everything.yaml`, 'utf8') }))

const described = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await orrery('describe', ...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

describe('a description', () => {
  it('has every line that kubectl has, in its order and its words', async () => {
    const text = await described('pod', 'everything', '-n', 'shop', '-f', 'everything.yaml')
    await expect(text).toMatchFileSnapshot(`${here}everything.txt`)
  })
})
