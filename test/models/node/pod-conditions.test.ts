import { describe, expect, test } from 'vitest'
import type { Container, ContainerStatus, Pod, PodCondition, PodPhase } from '#api/types'
import { containersReadyCondition, initializedCondition, readyCondition } from '#models/node/pod-conditions'
import { container, podOn } from '../../support/node.js'

// Tables rewritten from pkg/kubelet/status/generate_test.go.

const status = (name: string, change: Partial<ContainerStatus> = {}): ContainerStatus =>
  ({ name, state: {}, ready: false, restartCount: 0, image: '', ...change })
const ready = (name: string): ContainerStatus => status(name, { ready: true })

const podWith = (
  apps: readonly string[], inits: readonly Partial<Container>[] = [], gates: readonly string[] = [],
): Pod => podOn({
  spec: {
    containers: apps.map((name) => container({ name })),
    ...(inits.length === 0 ? {} : { initContainers: inits.map((one) => container(one)) }),
    ...(gates.length === 0 ? {} : { readinessGates: gates.map((conditionType) => ({ conditionType })) }),
  },
})
const sidecars = (...names: readonly string[]): readonly Partial<Container>[] =>
  names.map((name) => ({ name, restartPolicy: 'Always' }))

const told = ({ status: is, reason, message }: PodCondition): Told =>
  [is, reason, message]

type Told = readonly (string | undefined)[]
type Row = readonly [Pod, readonly ContainerStatus[] | undefined, PodPhase, Told]

describe('ContainersReady', () => {
  const rows: readonly Row[] = [
    [podWith([]), undefined, 'Running', ['False', 'UnknownContainerStatuses', undefined]],
    [podWith([]), [], 'Running', ['True', undefined, undefined]],
    [podWith(['1234']), [], 'Running', ['False', 'ContainersNotReady', 'containers with unknown status: [1234]']],
    [podWith(['1234', '5678']), [ready('1234'), ready('5678')], 'Running', ['True', undefined, undefined]],
    [podWith(['1234', '5678']), [ready('1234')], 'Running',
      ['False', 'ContainersNotReady', 'containers with unknown status: [5678]']],
    [podWith(['1234', '5678']), [ready('1234'), status('5678')], 'Running',
      ['False', 'ContainersNotReady', 'containers with unready status: [5678]']],
    [podWith(['1234', '5678']), [status('1234'), status('5678')], 'Running',
      ['False', 'ContainersNotReady', 'containers with unready status: [1234 5678]']],
    [podWith(['1234']), [status('1234')], 'Succeeded', ['False', 'PodCompleted', undefined]],
    [podWith(['1234']), [ready('1234')], 'Failed', ['False', 'PodFailed', undefined]],
    [podWith(['app'], sidecars('side')), [ready('app')], 'Running',
      ['False', 'ContainersNotReady', 'containers with unknown status: [side]']],
    [podWith(['app'], sidecars('a', 'b')), [ready('a'), ready('b'), ready('app')], 'Running',
      ['True', undefined, undefined]],
    [podWith(['app'], sidecars('a', 'b')), [ready('a'), status('b'), ready('app')], 'Running',
      ['False', 'ContainersNotReady', 'containers with unready status: [b]']],
  ]
  test.each(rows)('%#', (pod, statuses, phase, expected) => {
    expect(told(containersReadyCondition(pod, statuses, phase))).toEqual(expected)
  })
})

describe('Ready', () => {
  const gate = (type: string, is: 'True' | 'False'): PodCondition => ({ type, status: is })
  const missing = 'corresponding condition of pod readiness gate "gate2" does not exist.'
  const rows: readonly (readonly [readonly string[], readonly PodCondition[], Told])[] = [
    [[], [], ['True', undefined, undefined]],
    [['gate2'], [], ['False', 'ReadinessGatesNotReady', missing]],
    [['gate1'], [gate('gate1', 'False')],
      ['False', 'ReadinessGatesNotReady', 'the status of pod readiness gate "gate1" is not "True", but False']],
    [['gate1'], [gate('gate1', 'True')], ['True', undefined, undefined]],
    [['gate1', 'gate2'], [gate('gate1', 'True')], ['False', 'ReadinessGatesNotReady', missing]],
    [['gate1', 'gate2'], [gate('gate1', 'True'), gate('gate2', 'True')], ['True', undefined, undefined]],
  ]
  test.each(rows)('with readiness gates: %#', (gates, conditions, expected) => {
    expect(told(readyCondition(podWith([], [], gates), conditions, [], 'Running'))).toEqual(expected)
  })
  test('containers that are not ready come first', () => {
    const pod = podWith(['1234'], [], ['gate1'])
    expect(told(readyCondition(pod, [gate('gate1', 'True')], [status('1234')], 'Running')))
      .toEqual(['False', 'ContainersNotReady', 'containers with unready status: [1234]'])
  })
})

describe('Initialized', () => {
  const two = podWith(['regular'], [{ name: '1234' }, { name: '5678' }])
  const one = podWith(['regular'], [{ name: '1234' }])
  const side = podWith(['regular'], sidecars('1234'))
  const rows: readonly Row[] = [
    [two, undefined, 'Running', ['False', 'UnknownContainerStatuses']],
    [podWith([]), [], 'Running', ['True', undefined]],
    [one, [], 'Running', ['False', 'ContainersNotInitialized']],
    [two, [ready('1234'), ready('5678')], 'Running', ['True', undefined]],
    [two, [ready('1234')], 'Running', ['False', 'ContainersNotInitialized']],
    [two, [ready('1234'), status('5678')], 'Running', ['False', 'ContainersNotInitialized']],
    [one, [ready('1234')], 'Succeeded', ['True', 'PodCompleted']],
    [side, [status('1234', { started: false })], 'Pending', ['False', 'ContainersNotInitialized']],
    [side, [status('1234', { started: true })], 'Running', ['True', undefined]],
    [side, [status('1234', { started: false }), status('regular', { state: { running: {} } })], 'Running', ['True', undefined]],
    [one, [status('1234', { state: { waiting: {} } }), status('regular', { state: { terminated: { exitCode: 0 } } })], 'Running',
      ['True', undefined]],
  ]
  test.each(rows)('%#', (pod, statuses, phase, expected) => {
    expect(told(initializedCondition(pod, undefined, statuses, phase)).slice(0, 2)).toEqual(expected)
  })
  test('stays so once it was', () => {
    const before: readonly PodCondition[] = [{ type: 'Initialized', status: 'True' }]
    expect(initializedCondition(one, before, [status('1234')], 'Running').status).toBe('True')
  })
})
