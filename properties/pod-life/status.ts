/** The pod as the API server has it: made, bound, its phase and conditions, deleted. */
import type { Pod, PodCondition } from '#api/types'
import { getPodCondition } from '#api/pods'
import { nameOf, objectKey } from '#machine/objects'
import { api, listed, type Chronicler, type Happening } from './event.js'

const said = (text: string, more: Partial<Happening> = {}): Happening => ({ lane: api, text, ...more })

export const chronicleStatus: Chronicler = ({ step, pod }) =>
  step.changes
    .filter(({ key }) => key === objectKey('pods', nameOf(pod)))
    .flatMap(({ before, after }) =>
      changes(before as Pod | undefined, after as Pod | undefined, step.process),
    ) // by key

/** Faults of the pod's node, of what runs on it, or of the pod itself. */
export const chronicleFaults: Chronicler = ({ step, pod }) => {
  if (step.process !== 'fault') return []
  const target = step.label.replace(/^\S+ \S+ /, '')
  const node = pod.spec.nodeName ?? ''
  const isNear = target.split(/[|/]/).some((part) => part === node || part === pod.metadata.name)
  const isHealed = step.label.startsWith('healed: ')
  return isNear ? [said(step.label, isHealed ? {} : { tone: 'bad' })] : []
}

const shortly = (process: string): string =>
  process.replace(/^kube-controller-manager\/(.*)$/, 'the $1 controller')

function changes(before: Pod | undefined, after: Pod | undefined, process: string): readonly Happening[] {
  if (after === undefined) return [said('the pod is gone', { becomes: 'ends' })]
  if (before === undefined) {
    const bound = after.spec.nodeName === undefined ? '' : `, for ${after.spec.nodeName}`
    return [said(`the pod is created by ${shortly(process)}${bound}`, { becomes: 'waits' })]
  }
  return [
    ...binding(before, after),
    ...deletion(before, after, process),
    ...phase(before, after),
    ...conditions(before, after),
  ]
}

function binding(before: Pod, after: Pod): readonly Happening[] {
  if ((before.spec.nodeName ?? '') === '' && (after.spec.nodeName ?? '') !== '')
    return [said(`is scheduled to ${after.spec.nodeName ?? ''}`)]
  const [was, is] = [
    getPodCondition(before.status, 'PodScheduled'),
    getPodCondition(after.status, 'PodScheduled'),
  ]
  return is?.status === 'False' && is.message !== was?.message
    ? [said(`cannot be scheduled: ${is.message ?? is.reason ?? ''}`, { tone: 'bad' })]
    : []
}

function deletion(before: Pod, after: Pod, process: string): readonly Happening[] {
  const { deletionTimestamp, deletionGracePeriodSeconds: grace } = after.metadata
  if (before.metadata.deletionTimestamp !== undefined || deletionTimestamp === undefined) return []
  return [said(`is to be deleted, says ${shortly(process)}; its containers have ${grace ?? 0}s to end`)]
}

function phase({ status: before }: Pod, { status: after }: Pod): readonly Happening[] {
  if (before.phase === after.phase) return []
  const why = after.reason === undefined ? '' : ` (${after.reason})`
  const becomes = after.phase === 'Running' ? 'runs' : after.phase === 'Pending' ? 'waits' : 'ends'
  return [
    said(`phase: ${before.phase} → ${after.phase}${why}`, {
      becomes,
      ...(after.phase === 'Failed' ? { tone: 'bad' } : {}),
    }),
  ]
}

/** What becomes of several at once is one line: `Ready, ContainersReady: True`. */
function conditions({ status: before }: Pod, { status: after }: Pod): readonly Happening[] {
  const groups = new Map<string, { readonly types: string[]; readonly is: PodCondition }>()
  for (const is of after.conditions ?? []) {
    const was = before.conditions?.find(({ type }) => type === is.type)
    if (was?.status === is.status && was.reason === is.reason) continue
    if (is.type === 'PodScheduled') continue // was told as such
    const id = `${is.status} ${is.message ?? is.reason ?? ''}`
    const group = groups.get(id)
    if (group === undefined) groups.set(id, { types: [is.type], is })
    else group.types.push(is.type)
  }
  return [...groups.values()].map(({ types, is }) => {
    const why = is.status === 'True' ? '' : (is.message ?? is.reason ?? '')
    const tone = is.status === 'True' && types.includes('Ready') ? { tone: 'good' as const } : {}
    return said(`${listed(types)}: ${is.status}${why === '' ? '' : ` (${why})`}`, tone)
  })
}
