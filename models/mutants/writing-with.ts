/** Parts of mutants that write volumes in another order. */
import type { Context } from '#machine/process'
import type { Writing } from '../container/files/atomic-writer.js'
import type { Mutant } from '../mutants.js'
import type { Remount } from '../node/pod-says.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const writingWith = (change: (writing: Writing) => Writing): Mutant['apply'] =>
  mutateKubelet(withEffect('remount', (original) => (context: Context, { stale, ...of }: Remount) =>
    original(context, { ...of, stale: stale.map((one) => ({ ...one, writing: change(one.writing) })) } as never))) // the effect's own params
