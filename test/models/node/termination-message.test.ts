import { describe, expect, test } from 'vitest'
import { terminationMessage } from '#models/node/termination-message'
import { createPod, oneNode, podIn, settleFor, type PodOptions } from '../../support/node.js'

const said = (options: PodOptions, seconds = 6): unknown => {
  const bench = oneNode()
  createPod(bench, { spec: { restartPolicy: 'Never' }, ...options })
  settleFor(bench, seconds)
  return podIn(bench)?.status.containerStatuses?.map(({ state }) => state.terminated?.message)
}

const fallsBack = [{ terminationMessagePolicy: 'FallbackToLogsOnError' as const }]

// pkg/kubelet/kuberuntime/kuberuntime_container.go
describe('The termination message', () => {
  test('is what the container left in its file', () => {
    expect(said({ profile: { exits: { afterSeconds: 1, code: 1, message: 'no licence' } } })).toEqual(['no licence'])
    expect(said({ profile: { exits: { afterSeconds: 1, message: 'done' } } })).toEqual(['done'])
  })
  test('is the end of its logs where it left none, failed, and its policy says so', () => {
    const profile = { exits: { afterSeconds: 1, code: 1, logs: 'panic: no licence\n' } }
    expect(said({ profile })).toEqual([undefined])
    expect(said({ profile, containers: fallsBack })).toEqual(['panic: no licence\n'])
    expect(said({ profile: { exits: { ...profile.exits, code: 0 } }, containers: fallsBack })).toEqual([undefined])
    expect(said({ profile: { exits: { ...profile.exits, message: 'no' } }, containers: fallsBack })).toEqual(['no'])
  })
  test('stays in lastState once the container runs again', () => {
    const bench = oneNode()
    createPod(bench, { profile: { exits: { afterSeconds: 1, code: 1, times: 1, message: 'once' } } })
    settleFor(bench, 30)
    expect(podIn(bench)?.status.containerStatuses?.[0]?.lastState?.terminated)
      .toEqual({ exitCode: 1, reason: 'Error', message: 'once' })
  })
  test.each([
    ['of a file are the last 4096 bytes', { file: `${'a'.repeat(5000)}b` }, `${'a'.repeat(4095)}b`],
    ['of logs are the last 2048 bytes', { logs: `${'a'.repeat(5000)}b`, fallsBackToLogs: true }, `${'a'.repeat(2047)}b`],
    ['of logs are the last 80 lines', { logs: 'a\n'.repeat(100), fallsBackToLogs: true }, 'a\n'.repeat(80)],
    ['characters of several bytes are counted as such', { file: 'ä'.repeat(3000) }, 'ä'.repeat(2048)],
    ['nothing is no message', { file: '' }, undefined],
  ])('%s', (_, written, expected) => {
    expect(terminationMessage({ exitCode: 1, fallsBackToLogs: false, ...written })).toBe(expected)
  })
  // pkg/kubelet/status/status_manager_test.go TestStatusNormalizationEnforcesMaxBytes
  test('of each container is cut to its share of 12 KiB', () => {
    const containers = Array.from({ length: 24 }, (_, i) => ({ name: `c${i}` }))
    const messages = said({ containers, profile: { exits: { afterSeconds: 1, message: 'a'.repeat(4096) } } }, 40)
    expect(messages).toEqual(containers.map(() => 'a'.repeat(512)))
  })
})
