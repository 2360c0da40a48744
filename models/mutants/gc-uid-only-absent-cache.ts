import { absentOwners } from '../control-plane/garbage-graph.js'
import type { Event } from '../control-plane/garbage-collector-sync.js'
import type { Memory } from '../control-plane/garbage-collector-decisions.js'
import type { Mutant } from '../mutants.js'
import { provide } from '../mutants.js'

/** The uid is the last word of an entry. */
const isKnownAbsent = ({ context, event }: { readonly context: Memory; readonly event: Event }): boolean => {
  const uid = context.references[0]?.uid
  return uid !== undefined && absentOwners(event.view).some((entry) => entry.endsWith(` ${uid}`))
}

export const gcUidOnlyAbsentCache: Mutant = {
  name: 'gc-uid-only-absent-cache',
  title: 'The garbage collector remembers absent owners by uid alone: a reference from another namespace, where there is no '
    + 'such owner, dooms the dependents of the owner that exists',
  upstream: 'kubernetes/kubernetes#65200, fixed by PR #92743',
  breaks: ['live-owner-never-collected'],
  apply: provide('kube-controller-manager/garbage-collector', 'sync', { guards: { isKnownAbsent } }),
}
