import type { Container as Spec, ContainerStatus, RestartPolicy } from '#api/types'
import type { Container } from '#models/node/cells'
import { shouldContainerBeRestarted } from '#models/node/container-statuses'
import type { RuntimeContainer } from '#models/node/pod-actions'
import { hasAnyRegularContainerStarted } from '#models/node/pod-conditions'
import { hasAnyActiveRegularContainerStarted } from '#models/node/pod-status'
import { container, podOn } from '../../../support/node.js'
import { table, type Line, type Table } from './table.js'

const source = 'pkg/kubelet/container/helpers_test.go'

const found = (change: Partial<Container>): Container =>
  ({ attempt: 0, image: 'busybox', sandbox: 0, state: 'exited', ...change })

interface Case {
  readonly policy: RestartPolicy
  readonly is: 'without record' | 'running' | 'succeeded' | 'failed' | 'in an unknown state'
  readonly isDeleted: boolean
}

const records: Readonly<Record<Case['is'], Pick<RuntimeContainer, 'state' | 'exitCode'> | undefined>> = {
  'in an unknown state': { state: 'unknown' },
  'without record': undefined,
  running: found({ state: 'running' }),
  succeeded: found({ exitCode: 0 }),
  failed: found({ exitCode: 1 }),
}

const policies = ['Never', 'OnFailure', 'Always'] as const

/** By policy: Never, OnFailure, Always. */
const alive: Readonly<Record<Case['is'], readonly boolean[]>> = {
  'without record': [true, true, true],
  running: [false, false, false],
  succeeded: [false, false, true],
  failed: [false, true, true],
  'in an unknown state': [true, true, true],
}

const restarts: readonly Line<Case, boolean>[] = [false, true].flatMap((isDeleted) =>
  (['without record', 'running', 'succeeded', 'failed', 'in an unknown state'] as const).flatMap((is) =>
    policies.map((policy, index): Line<Case, boolean> => [
      `a container ${is} with policy ${policy}${isDeleted ? ' in a pod that is deleted' : ''}`,
      { is, policy, isDeleted }, !isDeleted && alive[is][index] === true,
    ])))

const restarted = ({ policy, is, isDeleted }: Case): boolean => {
  const pod = podOn({
    spec: { restartPolicy: policy },
    ...(isDeleted ? { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } } : {}),
  })
  return shouldContainerBeRestarted(container(), pod, records[is])
}

interface Started {
  readonly inits?: readonly Partial<Spec>[]
  readonly apps?: readonly Partial<Spec>[]
  readonly statuses?: readonly ContainerStatus[]
}

const status = (name: string, state: ContainerStatus['state']): ContainerStatus =>
  ({ name, state, ready: false, restartCount: 0, image: '' })
const running = { running: {} }
const terminated = { terminated: { exitCode: 0 } }
const regular = [{ name: 'regular' }]
const init = [{ name: 'init' }]

const started = ({ inits, apps = regular, statuses }: Started): boolean =>
  hasAnyRegularContainerStarted(
    podOn({ containers: apps, ...(inits === undefined ? {} : { init: inits }) }), statuses,
  )

interface Active {
  /** The attempt of the sandbox that is ready; absent where none is. */
  readonly sandbox?: number
  /** The sandbox in which each was started. */
  readonly containers: Readonly<Record<string, number>>
}

const active = ({ sandbox, containers }: Active): boolean =>
  hasAnyActiveRegularContainerStarted(podOn({ containers: regular, init }), {
    sandbox: sandbox === undefined ? undefined
      : { pod: 'default/web', ips: [], ready: true, attempt: sandbox, containers: [] },
    container: (name) => {
      const of = containers[name]
      return of === undefined ? undefined : found({ sandbox: of, state: 'running' })
    },
  })

export const shouldRestart: readonly Table[] = [
  table(source, 'TestShouldContainerBeRestarted', restarted, restarts),
  table<Started, boolean>(source, 'TestHasAnyRegularContainerStarted', started, [
    ['nothing is told', { statuses: [] }, false],
    ['only an init container runs', { inits: init, statuses: [status('init', running)] }, false],
    ['an app container runs',
      { inits: init, statuses: [status('init', terminated), status('regular', running)] }, true],
    ['an app container has ended', { statuses: [status('regular', terminated)] }, true],
    ['an app container waits', { statuses: [status('regular', { waiting: {} })] }, false],
    ['only an ephemeral container runs', { statuses: [status('debug', running)] }, false],
    ['one of two app containers runs', {
      apps: [{ name: 'regular1' }, { name: 'regular2' }],
      statuses: [status('regular1', { waiting: {} }), status('regular2', running)],
    }, true],
  ]),
  table<Active, boolean>(source, 'TestHasAnyActiveRegularContainerStarted', active, [
    ['the only sandbox is dead', { containers: {} }, false],
    ['the pod initializes', { sandbox: 0, containers: { init: 0 } }, false],
    ['the pod has initialized', { sandbox: 0, containers: { init: 0, regular: 0 } }, true],
    ['the pod initializes again in a new sandbox',
      { sandbox: 1, containers: { init: 1, regular: 0 } }, false],
  ]),
]
