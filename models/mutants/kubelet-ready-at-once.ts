import type { PodCondition } from '#api/types'
import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import type { NewStatus } from '../node/status-manager.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

const readied = (condition: PodCondition): PodCondition =>
  (condition.type === 'Ready' || condition.type === 'ContainersReady'
  ? {
    type: condition.type, status: 'True', observedGeneration: condition.observedGeneration ?? 0,
  } : condition)

export const kubeletReadyAtOnce: Mutant = {
  name: 'kubelet-ready-at-once',
  title: 'A container that runs is ready until its readiness probe fails, instead of only after it succeeded',
  breaks: ['ready-only-after-probe'],
  apply: mutateKubelet(withEffect('setStatus', (original) => (context: Context, said: NewStatus) => {
    const { status } = said
    const isUp = status.containerStatuses?.every(({ state }) => state.running !== undefined) === true
    const containerStatuses = (status.containerStatuses ?? [])
      .map((one) => ({ ...one, ready: one.ready || isUp }))
    const conditions = (status.conditions ?? []).map((one) => (isUp ? readied(one) : one))
    // the effect's own params
    original(context, { ...said, status: { ...status, containerStatuses, conditions } } as never)
  })),
}
