/** `orrery logs`: what a container has written, as `kubectl logs` shows it. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { InputError } from '#api/manifests/input-error'
import type { Pod } from '#api/types'
import { outputOf, type OutputLine } from '#properties/container-output'
import { kindCalled } from './describe/kinds.js'
import { Seen } from './describe/seen.js'
import { rfc3339 } from './describe/times.js'
import { complain, look, type Looked, type LookOptions } from './look.js'
import { containersAsked, type Asked } from './logs-containers.js'
import { isSelected, podsToRead } from './logs-pods.js'
import { runAsked, statusKnown } from './logs-runs.js'
import { fullName, noSuchObject } from './no-such.js'

export interface LogsOptions extends LookOptions, Asked {
  readonly previous?: boolean
  readonly timestamps?: boolean
  readonly prefix?: boolean
  /** So many of the last lines; −1 for all. */
  readonly tail?: number
  /** Milliseconds: only what was written so shortly before. */
  readonly since?: number
}

/** `name` may be `pod/NAME`, `deploy/NAME` or `NAMESPACE/NAME`; a container after it is that of `-c`. */
export async function logs(name: string, inline: string | undefined, options: LogsOptions): Promise<number> {
  if (options.container !== undefined && inline !== undefined) {
    return wrong(
      'E_USAGE',
      'only one of -c or an inline [CONTAINER] arg is allowed',
      'Name the container once.',
    )
  }
  const looked = await look('logs', options)
  if (typeof looked === 'number') return looked
  const pod = podAsked(name, options.namespace, looked)
  if ('code' in pod) return complain(pod)
  const container = inline ?? options.container
  const asked = containersAsked(pod, container === undefined ? options : { ...options, container })
  if (isLeft(asked)) return wrong(asked.left.code, asked.left.message, asked.left.next)
  const { containers, notes } = asked.right
  for (const note of notes) process.stderr.write(`${note}\n`)
  return print(looked, pod, containers, options)
}

/** The pod of that name, or the best one of what has pods. */
function podAsked(name: string, namespace: string | undefined, looked: Looked): Pod | InputError {
  const [word = '', ...rest] = name.split('/')
  const kind = rest.length === 0 ? undefined : kindCalled(word)?.resource
  const full = fullName({ isNamespaced: true }, kind === undefined ? name : rest.join('/'), namespace)
  if (kind !== undefined && kind !== 'pods' && !isSelected(kind)) return noLogsOf(kind)
  const scene = new Seen(looked.recording, looked.moment, () => [])
  if (kind === undefined || kind === 'pods')
    return scene.get('pods', full) ?? noSuchObject('logs', 'pods', full, looked)
  const pods = podsToRead(scene, kind, full)
  if (pods === undefined) return noSuchObject('logs', kind, full, looked)
  const [first] = pods
  if (first === undefined) return noPods(kind, full)
  if (pods.length > 1) process.stderr.write(`Found ${pods.length} pods, using pod/${first.metadata.name}\n`)
  return first
}

const noLogsOf = (kind: string): InputError => ({
  code: 'E_UNKNOWN_RESOURCE',
  file: 'orrery logs',
  message: `cannot get the logs from ${kind}`,
  next: 'Name a pod, or a Deployment, ReplicaSet or Service that has some: deploy/NAME, rs/NAME, svc/NAME.',
})

const noPods = (kind: string, full: string): InputError => ({
  code: 'E_NO_LOGS',
  file: 'orrery logs',
  message: `${kind} ${full} has no pod at this moment`,
  next: 'Look at another moment with --step or --at.',
})

const wrong = (code: string, message: string, next: string): number =>
  complain({ code, file: 'orrery logs', message, next })

function print(looked: Looked, pod: Pod, containers: readonly string[], options: LogsOptions): number {
  // A pod without a node has no logs, and kubectl says nothing of it.
  if ((pod.spec.nodeName ?? '') === '') return 0
  for (const container of containers) {
    const run = runAsked(
      pod.metadata.name,
      statusKnown(looked.moment, pod),
      container,
      options.previous === true,
    )
    if (isLeft(run))
      return wrong('E_NO_LOGS', `Error from server (BadRequest): ${run.left.message}`, run.left.next)
    const lines = shown(outputOf(looked.recording, pod.metadata.uid, container, run.right), looked, options)
    for (const line of lines)
      process.stdout.write(
        `${options.prefix === true ? `[pod/${pod.metadata.name}/${container}] ` : ''}${line}\n`,
      )
    if (lines.length === 0) process.stderr.write(`container ${container} wrote nothing that Orrery models\n`)
  }
  return 0
}

/** Those lines that are asked for, as they are printed. */
export function shown(
  all: readonly OutputLine[],
  { moment }: { readonly moment: Pick<Looked['moment'], 'steps' | 'now'> },
  { tail = -1, since, timestamps }: LogsOptions,
): readonly string[] {
  const lines = all.filter(
    ({ n, at }) => n <= moment.steps && (since === undefined || at >= moment.now - since),
  )
  const last = tail < 0 ? lines : tail === 0 ? [] : lines.slice(-tail)
  return last.map(({ at, text }) => (timestamps === true ? `${rfc3339(at)} ${text}` : text))
}
