/**
 * Models: pkg/kubelet/kuberuntime/kuberuntime_container.go (startContainer, step 4)
 * Reads: store through the cache, sandbox, container
 * Writes: nothing (it says what is to be done)
 * Omits: nothing beyond what hooks.ts omits
 */
import type { View } from '#machine/view'
import { hookFailure } from './hooks.js'
import { Look, podOf, type PodMemory } from './pod-memory.js'
import { says as say } from './pod-says.js'
import { retrySoon } from './pod-starts.js'
import { goOn } from './pod-sync.js'
import { specOf } from './probe-decisions.js'
import { profileOf } from './profile.js'
import type { Outcome } from './stage.js'

/** A postStart hook is over. Where it has failed, its container is killed before the sync goes on. */
export function afterHook(view: View, { hooked = '', ...memory }: PodMemory): Outcome<PodMemory> {
  const { plan, uid, name } = memory
  const pod = podOf(view, memory)
  const spec = pod === undefined ? undefined : specOf(pod, hooked)
  const hook = spec?.lifecycle?.postStart
  if (pod === undefined || plan === undefined || spec === undefined || hook === undefined) return over(goOn(view, memory))
  const container = new Look(view, uid, memory.reasons).container(hooked)
  const message = hookFailure(hook, spec, pod, profileOf(view.cells, pod, spec), container)
  if (message === undefined) return over(goOn(view, memory))
  // An init container that has failed is not followed by the next one.
  const left = pod.spec.containers.includes(spec) ? plan : { ...plan, starts: [] }
  const failed: PodMemory = {
    ...memory, acted: true, reasons: { ...memory.reasons, [hooked]: { reason: 'PostStartHookError', message } }, plan: left,
  }
  if (container?.state !== 'running') {
    const { memory: next, says = [] } = goOn(view, failed)
    return over({ memory: { ...failed, ...next }, says: [retrySoon, ...says] })
  }
  const kills = [{ name: hooked, message: 'FailedPostStartHook', reason: '' as const }]
  return over({
    memory: { ...failed, next: 'exits', plan: { ...left, kills } },
    says: [retrySoon, say.killContainers({ uid, name, pod, containers: [{ name: hooked, reason: '' }] })],
  })
}

const over = ({ memory, says }: Outcome<PodMemory>): Outcome<PodMemory> =>
  ({ memory: { ...memory, hooked: undefined }, ...(says === undefined ? {} : { says }) })
