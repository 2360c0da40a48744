import type { Mutant } from '../mutants.js'
import { writingWith } from './writing-with.js'

export const volumeSwappedTooEarly: Mutant = {
  name: 'volume-swapped-too-early',
  title: 'The new directory of a volume is shown before its files are there',
  breaks: ['volumes-whole'],
  apply: writingWith(({ write, swap, tidy }) =>
    ({ write: [...write.slice(0, 1), ...write.slice(-1), ...swap], swap: write.slice(1, -1), tidy })),
}
