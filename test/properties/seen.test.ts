/** Whatever pod it is: what is shown of it, and told of it, agrees with what happened to it. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pod } from '#api/types'
import { PlainStore } from '#kernel/plain-store'
import { prompt } from '#checker/schedule'
import type { Container } from '#models/node/cells'
import { anyPods, onlyNode } from '#properties/arbitraries/any-pods'
import { kubeEvents } from '#properties/kube-events/index'
import { lifeOf } from '#properties/pod-life/index'
import { clockworkOf, type Scenario } from '#properties/scenario'
import { lengthOf, momentAfter } from '#trace/moment'
import { record, type Recording } from '#trace/record'
import { podPicture } from '../../src/cli/pod-picture.js'
import { describePod } from '../../src/cli/describe/pod.js'
import { Seen } from '../../src/cli/describe/seen.js'
import { eventsUntil } from '../../src/cli/describe/told.js'

const systemFor = clockworkOf([onlyNode], [], { store: () => new PlainStore() })

const recordingOf = (scenario: Scenario): Recording =>
  record(systemFor(scenario), [], prompt, { seed: 1, inputs: scenario, until: () => false })

/** Every pod that was ever there, as it was last. */
const podsOf = ({ steps }: Recording): readonly Pod[] => {
  const pods = new Map<string, Pod>()
  for (const { key, before, after } of steps.flatMap(({ changes }) => changes)) {
    const pod = (after ?? before) as Pod | undefined // by prefix
    if (key.startsWith('store|pods|') && pod !== undefined) pods.set(pod.metadata.uid, pod)
  }
  return [...pods.values()]
}

/** How often a container of the pod began to run. */
const runsOf = ({ steps }: Recording, uid: string, name: string): number => steps.flatMap(({ changes }) => changes)
  .filter(({ key }) => key.startsWith('container|') && key.endsWith(`|${uid}|${name}`))
  .filter(({ before, after }) => {
    const [was, is] = [before as Container | undefined, after as Container | undefined] // by prefix
    return is?.state === 'running' && (was?.state !== 'running' || was.attempt !== is.attempt)
  }).length

const containersOf = ({ spec }: Pod): readonly string[] => [...spec.initContainers ?? [], ...spec.containers].map(({ name }) => name)

describe('of pods of any sort', () => {
  const each = (check: (recording: Recording, pod: Pod) => void): void => {
    fc.assert(fc.property(anyPods, (scenario) => {
      const recording = recordingOf(scenario)
      for (const pod of podsOf(recording)) check(recording, pod)
    }), { numRuns: 60 })
  }

  it('each run of a container is told as created and started, once', () => each((recording, { metadata: { uid }, ...pod }) => {
    const told = kubeEvents(recording).filter(({ about }) => about.uid === uid)
    for (const name of containersOf({ metadata: { uid }, ...pod } as Pod)) { // put together again
      const count = (reason: string): number =>
        told.filter((event) => event.reason === reason && event.about.fieldPath?.endsWith(`{${name}}`) === true).length
      expect({ name, started: count('Started'), isCreated: count('Created') >= count('Started') })
        .toEqual({ name, started: runsOf(recording, uid, name), isCreated: true })
    }
    expect(told.filter(({ reason }) => reason === 'Scheduled').length).toBeLessThanOrEqual(1)
  }))

  it('a life tells starts and ends in turn, as often as they were', () => each((recording, pod) => {
    const { namespace, name } = pod.metadata
    const events = lifeOf(recording, `${namespace}/${name}`)?.events ?? []
    for (const lane of containersOf(pod)) {
      const turns = events.filter((event) => event.lane === lane && /^(starts|.* with exit code)/.test(event.text))
      expect(turns.map(({ text }) => text.startsWith('starts'))).toEqual(turns.map((_, index) => index % 2 === 0))
      expect(turns.filter(({ text }) => text.startsWith('starts'))).toHaveLength(runsOf(recording, pod.metadata.uid, lane))
    }
    expect(podPicture(lifeOf(recording, `${namespace}/${name}`)!, undefined, 80)).not.toMatch(/undefined|NaN|\[object/)
  }))

  it('a description has a value in every place, at any Step', () => each((recording, pod) => {
    for (const part of [0.2, 0.5, 0.8, 1]) {
      const looked = { recording, moment: momentAfter(recording, Math.floor(lengthOf(recording) * part)) }
      const found = looked.moment.get(`store|pods|${pod.metadata.namespace}/${pod.metadata.name}`) as Pod | undefined // by key
      if (found === undefined) continue
      const scene = new Seen(recording, looked.moment, eventsUntil(looked))
      const text = describePod(scene, found)
      expect(text).not.toMatch(/undefined|NaN|\[object/)
    }
  }))
})
