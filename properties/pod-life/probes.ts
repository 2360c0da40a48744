/** What probes are answered. */
import { isRestartableInitContainer } from '#api/pods'
import { part } from '#kernel/cells'
import { chartKey } from '#machine/chart'
import { containerKey, probedBy, type Container } from '#models/node/cells'
import { probeOf, specOf, type ProbeMemory } from '#models/node/probe-decisions'
import { isAnswer, isAwaiting } from '../kube-events/probes.js'
import type { Chronicler } from './event.js'
import { kubelet } from './worker.js'

/** A probe's answers, as they count. */
export const chronicleProbes: Chronicler = (turn) => {
  const { choice, process } = turn.step
  if (process !== kubelet(turn) || !isAnswer(choice)) return []
  const { uid, container: lane, kind } = probedBy(part(choice, 2))
  if (uid !== turn.pod.metadata.uid) return []
  const worker = (read: (key: string) => unknown) =>
    read(chartKey(process, part(choice, 2))) as
      { readonly value: unknown; readonly context: ProbeMemory } | undefined // of a probe chart
  if (isAwaiting(worker(turn.after))) return [{ lane, text: `${kind} probe gets no answer yet` }]
  const [was, is] = [worker(turn.before)?.context, worker(turn.after)?.context]
  const spec = specOf(turn.pod, lane)
  const probe = spec === undefined ? undefined : probeOf(spec, kind)
  // by prefix
  const running = turn.after(containerKey(turn.pod.spec.nodeName ?? '', uid, lane)) as Container | undefined
  if (is?.last === undefined || probe === undefined || spec === undefined || is.attempt !== running?.attempt)
    return []
  if (is.last === 'success') {
    const isNews = was?.last !== 'success' || was.value !== is.value || was.attempt !== is.attempt
    const then =
      kind === 'startup' && is.value === 'success'
        ? isRestartableInitContainer(spec)
          ? ': it has started'
          : ': it has started, and is probed otherwise from now on'
        : ''
    return isNews ? [{ lane, text: `${kind} probe succeeds${then}`, tone: 'good' }] : []
  }
  const count = is.hold === true ? probe.failureThreshold : is.run
  const rest = probe.failureThreshold > 1 ? `, ${count} of ${probe.failureThreshold}` : ''
  const late = part(choice, 3) === 'timeout' ? `, no answer within ${probe.timeoutSeconds}s` : ''
  return [
    {
      lane,
      text: `${kind} probe fails${late}${rest}`,
      tone: 'bad',
    },
  ]
}
