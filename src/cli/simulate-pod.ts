/** `orrery simulate --pod`: the life of one pod. */
import { isPodReady } from '#api/pods'
import { lifeOf, type Life } from '#properties/pod-life/index'
import { momentAfter, lengthOf } from '#trace/moment'
import type { Recording } from '#trace/record'
import { pc } from './colours.js'
import { fullName, noSuchObject } from './no-such.js'
import type { InputError } from '#api/manifests/input-error'
import { podPicture } from './pod-picture.js'
import { duration, plural, wrap } from './words.js'

export interface PodWanted {
  readonly pod: string
  readonly namespace?: string
}

/** The life of a pod that was ever there; or that there was none. */
export function lifeIn(recording: Recording, { pod, namespace }: PodWanted): Life | InputError {
  const full = fullName({ isNamespaced: true }, pod.replace(/^(pods?|po)\//, ''), namespace)
  const life = lifeOf(recording, full)
  if (life !== undefined) return life
  const error = noSuchObject('simulate', 'pods', full, { recording, moment: momentAfter(recording, lengthOf(recording)) })
  const all = new Set(recording.steps.flatMap(({ changes }) => changes)
    .filter(({ key }) => key.startsWith('store|pods|')).map(({ key }) => key.slice('store|pods|default/'.length)))
  return all.size === 0 || error.next.startsWith('Did you') ? error : { ...error, next: `There were: ${[...all].slice(0, 8).join(', ')}${all.size > 8 ? ' …' : ''}.` }
}

export const podDocument = ({ pod, lanes, events, isThere }: Life, { order }: Recording): object => ({
  steps: order.steps, ms: order.world.now,
  pod: { namespace: pod.metadata.namespace, name: pod.metadata.name, phase: pod.status.phase, ready: isPodReady(pod), isThere, lanes },
  timeline: events.map(({ at, n, lane, text, tone, becomes, events: told }) => ({ at, step: n, lane, text, tone, becomes, events: told })),
  errors: [],
})

/** The picture, and what became of the pod. */
export function podText(life: Life, files: readonly string[]): string {
  const { pod, isThere } = life
  const { name, namespace } = pod.metadata
  const restarts = [...pod.status.initContainerStatuses ?? [], ...pod.status.containerStatuses ?? []]
    .filter(({ restartCount }) => restartCount > 0).map((one) => `${one.name} ${plural(one.restartCount, 'time')}`)
  const waits = (pod.status.containerStatuses ?? []).flatMap((one) => (one.state.waiting?.reason === undefined ? [] : [`${one.name} waits: ${one.state.waiting.reason}`]))
  const end = isThere
    ? `In the end: ${pod.status.phase}, ${isPodReady(pod) ? pc.green('Ready') : 'not Ready'}${restarts.length === 0 ? '' : `; restarted: ${restarts.join(', ')}`}${waits.length === 0 ? '' : `; ${waits.join(', ')}`}`
    : `In the end: gone, at ${duration(life.events.at(-1)?.at ?? 0)}`
  const again = `orrery describe pod ${name}${namespace === 'default' ? '' : ` -n ${namespace}`} -f ${files.join(' -f ')}${isThere ? '' : ` --step ${(life.events.at(-1)?.n ?? 1) - 1}`}`
  return [
    pc.bold(`The life of Pod ${namespace}/${name}`), '', podPicture(life), '', end,
    wrap(`As kubectl shows it: ${again} (--at 30s for an earlier moment)`, ''),
  ].join('\n')
}
