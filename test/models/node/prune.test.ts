import { describe, expect, test } from 'vitest'
import { prune } from '#models/node/prune'
import { createPod, node, oneNode, podIn, settleFor, type PodOptions } from '../../support/node.js'

/** The pod after so many seconds, the removal of exited containers, and more seconds. */
function pruned(options: PodOptions, before: number, after: number) {
  const bench = oneNode()
  createPod(bench, options)
  settleFor(bench, before)
  bench.world.perform((cells) => prune(cells, node))
  settleFor(bench, after)
  const { initContainerStatuses = [], containerStatuses = [], phase } = podIn(bench)!.status // nobody deletes it
  return { inits: initContainerStatuses, apps: containerStatuses, phase }
}

describe('exited containers that somebody removes', () => {
  test('an init container of a running pod does not run again, and is told as before (computeInitContainerActions)', () => {
    const { inits, apps } = pruned({ init: [{ name: 'setup' }] }, 20, 20)
    expect(inits).toMatchObject([{ restartCount: 0, ready: true, state: { terminated: { exitCode: 0 } } }])
    expect(apps).toMatchObject([{ restartCount: 0, state: { running: {} } }])
  })
  test('an app container is started again, as number 1 by its logs (calcRestartCountByLogDir)', () => {
    const profile = { exits: { afterSeconds: 5, code: 1, times: 2 } }
    // It has ended a second time, and would be held back by ten seconds: its end is not known any more.
    const { apps } = pruned({ profile }, 13, 2)
    expect(apps).toMatchObject([{ restartCount: 2, state: { running: {} } }])
  })
  test('nor does a pod that has ended run again', () => {
    const { phase, apps } = pruned({ profile: { exits: { afterSeconds: 5 } }, spec: { restartPolicy: 'Never' } }, 20, 20)
    expect([phase, apps[0]?.restartCount]).toEqual(['Succeeded', 0])
  })
})
