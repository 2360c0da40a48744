import type { FileCall } from '../container/calls.js'
import type { Mutant } from '../mutants.js'
import { writingWith } from './writing-with.js'

/** `/..1/key` becomes `/..data/key`. */
const inPlace = (call: FileCall): FileCall =>
  ('path' in call ? { ...call, path: call.path.replace(/^\/\.\.\d+\//, '/..data/') } : call)

export const volumeWrittenInPlace: Mutant = {
  name: 'volume-written-in-place',
  title: 'The files of a volume are written one after the other, where everybody reads them',
  breaks: ['volumes-whole'],
  apply: writingWith(({ write }) => {
    const files = write.filter(({ call }) => call === 'write').map(inPlace)
    return { write: files.slice(0, 1), swap: files.slice(1), tidy: [] }
  }),
}
