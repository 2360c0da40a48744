/** Pods of any sort keep what Kubernetes promises of every pod. `npm run properties` tries 100,000 of them. */
import * as fc from 'fast-check'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { admitCreate } from '#api/admit'
import { mutants } from '#models/mutants/index'
import { tryBatch } from '#properties/any-pods'
import { anyPods } from '#properties/arbitraries/any-pods'

const seed = Number(process.env['SEED'] ?? 1)

describe('A pod of any sort', () => {
  it('is taken by the API server', () => {
    fc.assert(fc.property(anyPods, ({ script }) => {
      for (const action of script) {
        if (action.do !== 'apply') continue
        for (const object of action.objects) {
          const admitted = admitCreate(object['kind'] as 'Pod' | 'ConfigMap', object) // what is drawn
          if (isLeft(admitted)) throw new Error(admitted.left.message)
        }
      }
    }), { seed, numRuns: 1_000 })
  })

  it.each([0, 1, 2, 3])('keeps what is promised of every pod, in an order with two delays and a fault: batch %i', (index) => {
    const { broken, steps } = tryBatch({ seed, index })
    expect(broken === undefined ? [] : [broken.violations, JSON.stringify(broken.smallest)]).toEqual([])
    expect(steps).toBeGreaterThan(1_000)
  }, 60_000)

  it('is the same for the same seed', () => {
    expect(tryBatch({ seed, index: 7, size: 10 })).toEqual(tryBatch({ seed, index: 7, size: 10 }))
  })
})

describe('A kubelet that', () => {
  it.each([
    ['counts restarts twice', 'kubelet-counts-twice', 'container-statuses-agree'],
    ['does not wait for the container before', 'kubelet-does-not-wait', 'one-running-container'],
    ['forgets restarts', 'kubelet-forgets-restarts', 'container-states-legal'],
    ['keeps pods that are deleted', 'kubelet-keeps-deleted-pods', 'deleted-pods-gone'],
    ['asks for liveness before the startup probe has succeeded', 'kubelet-liveness-ignores-startup', 'liveness-waits-for-startup'],
    ['never backs off', 'kubelet-never-backs-off', 'restarts-back-off'],
    ['leaks addresses', 'kubelet-leaks-addresses', 'nothing-left-behind'],
    ['leaves sandboxes behind', 'kubelet-leaves-sandboxes', 'nothing-left-behind'],
    ['never kills', 'kubelet-never-kills', 'termination-within-grace'],
    ['calls a pod ready before it was asked', 'kubelet-ready-at-once', 'ready-only-after-probe'],
    ['makes a second sandbox', 'kubelet-second-sandbox', 'one-sandbox-per-pod'],
    ['skips init containers', 'kubelet-skips-init', 'init-before-app'],
  ])('%s is found out by some of 150', (_does, name, claim) => {
    const mutant = mutants.find((one) => one.name === name)!
    const found = [0, 1, 2].flatMap((index) => tryBatch({ seed: 1, index, mutants: [mutant] }).broken?.violations ?? [])
    expect(found.map((violation) => violation.split(':')[0])).toContain(claim)
  }, 60_000)
})
