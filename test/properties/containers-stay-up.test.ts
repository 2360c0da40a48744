/** What a manifest commands is run: where it makes a container end over and over again, that is told. */
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#api/types'
import { runOrder } from '#checker/order'
import { prompt } from '#checker/schedule'
import type { Profile } from '#models/node/profile'
import { apply, deployment, pod, scenarioOf } from '#properties/kill/manifests'
import { containersStayUp } from '#properties/node/containers-stay-up'
import { systemOf } from '#properties/scenario'

function told(object: JsonObject, profiles: Readonly<Record<string, Profile>> = {}): readonly string[] {
  const scenario = scenarioOf({ nodes: 1, profiles }, apply(object))
  return runOrder(systemOf(scenario), [containersStayUp], prompt).violations.map(({ message }) => message)
}

const sh = (script: string, more: JsonObject = {}): JsonObject =>
  pod('web', { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script], ...more }] })

describe('A container that does what its command says', () => {
  test('is told to be started over and over again where that fails', () => {
    expect(told(sh('sleep 3; exit 4'))).toEqual(['Container main of Pod default/web is started over and over again in the end: it ends with exit code 4.'])
  })
  test('or comes to its end, which a pod that restarts Always does not allow for', () => {
    expect(told(sh('echo done'))).toEqual(['Container main of Pod default/web is started over and over again in the end: it ends with exit code 0.'])
  })
  test('also in the pods of a workload', () => {
    expect(told(deployment('web', { replicas: 2, container: { image: 'busybox:1.36', command: ['false'] } }))).toHaveLength(2)
  })
  test('or is killed for its liveness (pods/probe/exec-liveness.yaml)', () => {
    const livenessProbe = { exec: { command: ['cat', '/tmp/healthy'] }, initialDelaySeconds: 5, periodSeconds: 5 }
    expect(told(sh('touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600', { livenessProbe })))
      .toEqual(['Container main of Pod default/web is started over and over again in the end: its liveness probe fails.'])
  })
  test('is not where it comes up in the end, after some restarts', () => {
    const volumes = { volumes: [{ name: 'data', emptyDir: {} }] }
    const script = 'echo >> /data/starts; test "$(wc -l < /data/starts)" -gt 4 || exit 1; sleep 100000'
    expect(told(pod('web', { ...volumes, containers: [
      { name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script], volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    ] }))).toEqual([])
  })
  test('nor where its pod is to come to an end', () => {
    expect(told(pod('job', { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', 'sleep 3'] }] })))
      .toEqual([])
  })
  test('nor where a profile says how its image behaves: that is no fault of the manifest', () => {
    expect(told(pod('web'), { 'web:1': { exits: { afterSeconds: 3, code: 1 } } })).toEqual([])
  })
})
