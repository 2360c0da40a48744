/** `orrery simulate --pod`: the life of one pod. */
import type { InputError } from '#api/manifests/input-error'
import { isPodReady } from '#api/pods'
import { lifeOf, type Life } from '#properties/pod-life/index'
import { momentAfter, lengthOf } from '#trace/moment'
import type { Recording } from '#trace/record'
import { pc } from './colours.js'
import type { InputOptions } from './inputs.js'
import { fullName, noSuchObject } from './no-such.js'
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
  const error = noSuchObject('simulate', 'pods', full, {
    recording,
    moment: momentAfter(recording, lengthOf(recording)),
  })
  const all = new Set(
    recording.steps
      .flatMap(({ changes }) => changes)
      .filter(({ key }) => key.startsWith('store|pods|'))
      .map(({ key }) => key.slice('store|pods|default/'.length)),
  )
  return all.size === 0 || error.next.startsWith('Did you')
    ? error
    : { ...error, next: `There were: ${[...all].slice(0, 8).join(', ')}${all.size > 8 ? ' …' : ''}.` }
}

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

/** The picture, and what became of the pod. */
export function podText(life: Life, options: InputOptions): string {
  const { name, namespace } = life.pod.metadata
  const again = `As kubectl shows it: ${describeAgain(life, options)} (--at 30s for an earlier moment)`
  return [
    pc.bold(`The life of Pod ${namespace}/${name}`),
    '',
    podPicture(life),
    '',
    endOf(life),
    wrap(again, ''),
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

function describeAgain({ pod, isThere, events }: Life, options: InputOptions): string {
  const { name, namespace } = pod.metadata
  const isPlain = namespace === 'default' || namespace === options.namespace
  const step = isThere ? '' : ` --step ${(events.at(-1)?.n ?? 1) - 1}`
  return `orrery describe pod ${isPlain ? name : `${namespace}/${name}`} ${inputsAgain(options)}${step}`
}

/** The options that bring the same World about. */
function inputsAgain({
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
