import { describe, expect, test } from 'vitest'
import type { Taint, Toleration } from '#api/types'
import {
  addTaints, getMinTolerationTime, getNoExecuteTaints, removeTaints, tolerationTime,
} from '#models/node-lifecycle/taints'

// Tables from pkg/controller/tainteviction/taint_eviction_test.go (TestFilterNoExecuteTaints, TestGetMinTolerationTime).
describe('taints and how long they are tolerated', () => {
  test('only NoExecute taints evict', () => {
    const taints: Taint[] = [
      { key: 'one', value: 'one', effect: 'NoExecute' }, { key: 'two', value: 'two', effect: 'NoSchedule' },
    ]
    expect(getNoExecuteTaints(taints)).toEqual([taints[0]])
    expect(getNoExecuteTaints(undefined)).toEqual([])
  })

  const times: readonly (readonly [string, readonly Toleration[], number])[] = [
    ['no toleration', [], 0],
    ['one for ever', [{}], Infinity],
    ['two limited ones: the shorter', [{ tolerationSeconds: 1 }, { tolerationSeconds: 2 }], 1000],
    ['a limited one, then one for ever', [{ tolerationSeconds: 1 }, {}], 1000],
    ['one for ever, then a limited one', [{}, { tolerationSeconds: 1 }], 1000],
    ['a negative time is none', [{ tolerationSeconds: -5 }], 0],
  ]
  test.each(times)('the least time of %s', (_, tolerations, time) => {
    expect(getMinTolerationTime(tolerations)).toBe(time)
  })

  test('the first toleration that covers a taint counts', () => {
    const taints: Taint[] = [{ key: 'a', effect: 'NoExecute' }]
    expect(tolerationTime(taints, [{ key: 'a', operator: 'Exists', tolerationSeconds: 9 }, { operator: 'Exists' }])).toBe(9000)
    expect(tolerationTime(taints, [{ key: 'b', operator: 'Exists' }])).toBeUndefined()
    expect(tolerationTime([], undefined)).toBe(Infinity)
  })

  test('a taint is the same where key and effect are', () => {
    const taints: Taint[] = [{ key: 'a', value: '1', effect: 'NoExecute' }]
    expect(addTaints(taints, [{ key: 'a', value: '1', effect: 'NoExecute' }])).toBe(taints)
    expect(addTaints(taints, [{ key: 'a', value: '2', effect: 'NoExecute' }])).toEqual([{ key: 'a', value: '2', effect: 'NoExecute' }])
    expect(addTaints(taints, [{ key: 'a', effect: 'NoSchedule' }])).toHaveLength(2)
    expect(removeTaints(taints, [{ key: 'a', effect: 'NoExecute' }])).toEqual([])
    expect(removeTaints(taints, [{ key: 'a', effect: 'NoSchedule' }])).toBe(taints)
  })
})
