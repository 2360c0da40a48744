/** Upstream's own unit tests of the kubelet's decisions, run against ours. */
import { describe, expect, test } from 'vitest'
import { deviations, leftOut } from './deviations.js'
import { tables } from './index.js'

describe.each(tables.map((one) => [`${one.source} ${one.test}`, one] as const))('%s', (_, { rows }) => {
  test.each(rows.map((row) => [row.sentence, row] as const))('%s', (_sentence, { actual, expected }) => {
    expect(actual()).toEqual(expected)
  })
})

describe('what deviates on purpose', () => {
  test.each(deviations.map((row) => [`${row.test}: ${row.sentence}`, row] as const))('%s', (_, row) => {
    expect(row.reason).toMatch(/\.$/)
    expect(row.actual()).not.toEqual(row.expected)
  })
})

const rowsOf = (source: string): number =>
  tables.reduce((sum, one) => (one.source === source ? sum + one.rows.length : sum), 0)

describe('the tables', () => {
  test('have so many rows from each of upstream\'s files', () => {
    const sources = [...new Set(tables.map(({ source }) => source))].sort()
    expect(Object.fromEntries(sources.map((source) => [source, rowsOf(source)]))).toMatchInlineSnapshot(`
      {
        "client-go/util/flowcontrol/backoff_test.go": 43,
        "component-helpers/resource/helpers_test.go": 67,
        "pkg/apis/core/v1/helper/qos/qos_test.go": 20,
        "pkg/kubelet/container/helpers_test.go": 46,
        "pkg/kubelet/eviction/helpers_test.go": 73,
        "pkg/kubelet/images/image_gc_manager_test.go": 27,
        "pkg/kubelet/images/image_manager_test.go": 24,
        "pkg/kubelet/images/pullmanager/image_pull_manager_test.go": 27,
        "pkg/kubelet/images/pullmanager/image_pull_policies_test.go": 5,
        "pkg/kubelet/kubelet_pods_test.go": 120,
        "pkg/kubelet/kubelet_test.go": 20,
        "pkg/kubelet/kuberuntime/kuberuntime_container_test.go": 11,
        "pkg/kubelet/kuberuntime/kuberuntime_gc_test.go": 22,
        "pkg/kubelet/kuberuntime/kuberuntime_manager_test.go": 80,
        "pkg/kubelet/kuberuntime/kuberuntime_termination_order_test.go": 6,
        "pkg/kubelet/pod_workers_test.go": 5,
        "pkg/kubelet/prober/prober_manager_test.go": 13,
        "pkg/kubelet/prober/worker_test.go": 99,
        "pkg/kubelet/qos/policy_test.go": 23,
        "pkg/kubelet/status/generate_test.go": 46,
        "pkg/kubelet/status/status_manager_test.go": 39,
        "pkg/kubelet/token/token_manager_test.go": 5,
      }
    `)
  })
  test('have at least 300 in all', () => {
    expect(tables.reduce((sum, { rows }) => sum + rows.length, 0)).toBeGreaterThanOrEqual(300)
  })
  test('say each sentence once', () => {
    for (const { test: name, rows } of tables) {
      expect([name, new Set(rows.map(({ sentence }) => sentence)).size]).toEqual([name, rows.length])
    }
  })
  test('leave out no test without a reason, and none twice', () => {
    const names = leftOut.flatMap(([, tests]) => tests)
    expect(new Set(names).size).toBe(names.length)
    expect(leftOut.every(([reason, tests]) => reason !== '' && tests.length > 0)).toBe(true)
  })
})
