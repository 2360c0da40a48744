import { describe, expect, it } from 'vitest'
import { processes } from '#models/kubernetes'
import { footprintTable, walk } from '../support/footprints.js'
import { headerOf, modelHeaders, prefixesIn } from '../support/model-headers.js'

describe('The footprints of processes', () => {
  it('are those of the headers of their models', async () => {
    await expect(footprintTable(modelHeaders())).toMatchFileSnapshot('../../models/footprints.generated.ts')
  })

  it('are declared by every process', () => {
    expect(processes.filter(({ reads, writes }) => reads === undefined || writes === undefined).map(({ kind }) => kind)).toEqual([])
  })

  it('are kept to by every Step', () => {
    const excess = walk(2).excess.map(({ who, does, prefix, step }) => `${who} ${does} ${prefix}, in ${step}`)
    expect(excess).toEqual([])
  })
})

describe('A header', () => {
  it('names kinds of cells, and all that a cache is made of where it is read', () => {
    expect(prefixesIn('pods and nodes through the cache, expectations')).toEqual(
      ['cache', 'expectations', 'index', 'reflector', 'store', 'watch'])
    expect(prefixesIn('nothing (it is handed the objects)')).toEqual([])
  })

  it('goes over several lines, and has all four members', () => {
    const text = '/**\n * Models: a\n *   b\n * Reads: store\n * Writes: nothing\n * Omits: c\n */\n'
    expect(headerOf('x.ts', text)).toEqual({ file: 'x.ts', models: 'a b', reads: 'store', writes: 'nothing', omits: 'c' })
    expect(() => headerOf('x.ts', '/** Nothing of the kind. */')).toThrow('models/x.ts has no line "Models: …" in its header')
  })
})
