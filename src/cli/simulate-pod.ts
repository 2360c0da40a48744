/** `orrery simulate --pod`: the life of one pod. */
import type { InputError } from '#api/manifests/input-error'
import { isPodReady } from '#api/pods'
import { nearest } from '#api/manifests/suggest'
import { nameOf, splitName } from '#machine/objects'
import { lifeOf, type Life } from '#properties/pod-life/index'
import { momentAfter, lengthOf } from '#trace/moment'
import type { Recording } from '#trace/record'
import { pc } from './colours.js'
import type { InputOptions } from './inputs.js'
import { fullName, noSuchObject } from './no-such.js'
import { podPicture } from './pod-picture.js'
import { duration, plural, wrap } from './words.js'

/** The life of a pod that was ever there; or that there was none. */
export function lifeIn(
  recording: Recording,
  command: string,
  pod: string,
  namespace?: string,
): Life | InputError {
  const full = fullName({ isNamespaced: true }, pod.replace(/^(pods?|po)\//, ''), namespace)
  const life = lifeOf(recording, full)
  if (life !== undefined) return life
  const looked = { recording, moment: momentAfter(recording, lengthOf(recording)) }
  const error = noSuchObject(command, 'pods', full, looked)
  const all = [...new Set(recording.steps.flatMap(({ changes }) => changes.map(({ key }) => key)))]
    .filter((key) => key.startsWith(podPrefix))
    .map((key) => key.slice(podPrefix.length))
  if (all.length === 0) return error
  const near = nearest(full, all)
  const shown = all
    .slice(0, 8)
    .map((one) => (namespaceOf(one) === namespaceOf(full) ? splitName(one).name : one))
  const list = `There were: ${shown.join(', ')}${all.length > shown.length ? ' …' : ''}.`
  return { ...error, next: near === undefined ? list : `Did you mean ${splitName(near).name}?` }
}

const podPrefix = 'store|pods|'

const namespaceOf = (full: string): string => splitName(full).namespace

export const podDocument = ({ pod, lanes, events, isThere }: Life, { order }: Recording): object => ({
  steps: order.steps,
  ms: order.world.now,
  pod: {
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    phase: pod.status.phase,
    ready: isPodReady(pod),
    isThere,
    lanes,
  },
  timeline: events.map(({ at, n, lane, text, tone, becomes, events: told }) => ({
    at,
    step: n,
    lane,
    text,
    tone,
    becomes,
    events: told,
  })),
  errors: [],
})

/** The picture, and what became of the pod. `inputs` are the options that bring the same World about. */
export function podText(life: Life, inputs: string, namespace = 'default'): string {
  const { metadata } = life.pod
  const name = metadata.namespace === namespace ? metadata.name : nameOf(life.pod)
  const step = life.isThere ? '' : ` --step ${(life.events.at(-1)?.n ?? 1) - 1}`
  const again = `orrery describe pod ${name} ${inputs}${step}`
  return [
    pc.bold(`The life of Pod ${nameOf(life.pod)}`),
    '',
    podPicture(life),
    '',
    endOf(life),
    wrap(`As kubectl shows it: ${again} (--at 30s for an earlier moment)`, ''),
  ].join('\n')
}

function endOf({ pod: { status, ...pod }, isThere, events }: Life): string {
  if (!isThere) return `In the end: gone, at ${duration(events.at(-1)?.at ?? 0)}`
  const { initContainerStatuses = [], containerStatuses = [] } = status
  const restarts = [...initContainerStatuses, ...containerStatuses]
    .filter(({ restartCount }) => restartCount > 0)
    .map((one) => `${one.name} ${plural(one.restartCount, 'time')}`)
  const waits = containerStatuses.flatMap(({ name, state: { waiting } }) =>
    waiting?.reason === undefined ? [] : [`${name} waits: ${waiting.reason}`],
  )
  return [
    `In the end: ${status.phase}, ${isPodReady({ ...pod, status }) ? pc.green('Ready') : 'not Ready'}`,
    ...(restarts.length === 0 ? [] : [`restarted: ${restarts.join(', ')}`]),
    ...(waits.length === 0 ? [] : [waits.join(', ')]),
  ].join('; ')
}

/** The options that bring the same World about. */
export function inputsAgain({
  filename,
  then = [],
  scenario,
  nodes,
  config,
  namespace,
  recursive,
}: InputOptions): string {
  return [
    ...filename.map((file) => `-f ${file}`),
    ...then.map((file) => `--then ${file}`),
    ...(scenario === undefined ? [] : [`--scenario ${scenario}`]),
    ...(nodes === undefined ? [] : [`--nodes ${nodes}`]),
    ...(config === undefined ? [] : [`--config ${config}`]),
    ...(namespace === undefined ? [] : [`-n ${namespace}`]),
    ...(recursive === true ? ['-R'] : []),
  ].join(' ')
}
