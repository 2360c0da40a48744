import {
  actions, all, apps, dead, exited, inits, judging, none, running, sidecars, source, withContainers,
} from './pod-actions-judge.js'
import { table, type Table } from './table.js'

const begins = actions({ killPod: true, createSandbox: true, attempt: 1, initContainersToStart: [0] })
const last = actions({ initContainersToStart: [2] })
const allApps = [0, 1, 2]

const initContainers =
  table(source, 'TestComputePodActionsWithInitContainers', judging(inits, all(inits, exited(0))), [
  ['all have succeeded: start all app containers', {}, actions({ containersToStart: allApps })],
  ['none was started: start the first', { containers: none(inits) }, actions({ initContainersToStart: [0] })],
  ['one runs: do nothing', { containers: { init3: running } }, actions()],
  ['a dead sandbox: begin with the first again', { sandbox: dead }, begins],
  ['the last one failed: restart it with policy Always', { containers: { init3: exited(137) } }, last],
  ['the last one failed: restart it with policy OnFailure',
    { policy: 'OnFailure', containers: { init3: exited(137) } }, last],
  ['the last one failed: stop the pod with policy Never',
    { policy: 'Never', containers: { init3: exited(137) } }, actions({ killPod: true })],
  ['one in an unknown state is stopped and started again with policy Always',
    { containers: { init3: { state: 'unknown' } } }, { ...last, kills: ['init3'] }],
  ['one in an unknown state is stopped and started again with policy OnFailure',
    { policy: 'OnFailure', containers: { init3: { state: 'unknown' } } }, { ...last, kills: ['init3'] }],
  ['one in an unknown state ends the pod with policy Never',
    { policy: 'Never', containers: { init3: { state: 'unknown' } } }, actions({ killPod: true })],
  ['a dead sandbox with policy Never: only stop the pod',
    { policy: 'Never', sandbox: dead }, actions({ killPod: true, attempt: 1 })],
  ['a dead sandbox with policy Never where nothing ran: make a new one',
    { policy: 'Never', sandbox: dead, containers: none(inits) }, begins],
  ['a dead sandbox and a failure with policy OnFailure: make a new one',
    { policy: 'OnFailure', sandbox: dead, containers: { init3: exited(137) } }, begins],
  ['records of earlier ones are lost while the last one runs: they are not run again',
    { containers: { ...none(inits), init3: { ...running, image: 'bar-image' } } }, actions()],
  ['one that was created is started', { containers: { init3: { state: 'created' } } }, last],
  ['one that asks for more than before and was not started yet is started', {
    containers: none(inits),
    change: withContainers('initContainers',
      { init1: { resources: { requests: { cpu: '200m', memory: '200Mi' } } } }),
  }, actions({ initContainersToStart: [0] })],
])

const passed = { side2: 'success', side3: 'success' } as const
const judge = judging(sidecars, all(sidecars, running), { liveness: passed, startup: passed })

const restartable = table(source, 'TestComputePodActionsWithRestartableInitContainers', judge, [
  ['all have started: start all app containers', {}, actions({ containersToStart: allApps })],
  ['none was started: start the first',
    { containers: none(sidecars) }, actions({ initContainersToStart: [0] })],
  ['one that was created is started', { containers: { side3: { state: 'created' } } }, last],
  ['one has started: start the next',
    { containers: { side2: null, side3: null } }, actions({ initContainersToStart: [1] })],
  ['its liveness probe was not run: start the next', { containers: { side3: null }, liveness: {} }, last],
  ['its liveness probe is not through: start the next',
    { containers: { side3: null }, liveness: { side2: 'unknown' } }, last],
  ['its liveness probe has succeeded: start the next', { containers: { side3: null } }, last],
  ['it has failed its liveness probe: restart it, and start the app containers',
    { liveness: { ...passed, side3: 'failure' } }, { ...last, kills: ['side3'], containersToStart: allApps }],
  ['its startup probe was not run: wait', { containers: { side3: null }, startup: {} }, actions()],
  ['its startup probe is not through: wait',
    { containers: { side3: null }, startup: { side2: 'unknown' } }, actions()],
  ['its startup probe has succeeded: start the next', { containers: { side3: null } }, last],
  ['it has failed its startup probe: restart it',
    { startup: { ...passed, side3: 'failure' } }, { ...last, kills: ['side3'] }],
  ['what it is to be was changed: restart it',
    { change: withContainers('initContainers', { side3: { image: 'foo-image' } }) },
    { ...last, kills: ['side3'], containersToStart: allApps }],
  ['the first and the last have ended: restart both, and wait for the last',
    { containers: { side1: exited(0), side3: exited(0) } }, actions({ initContainersToStart: [0, 2] })],
  ['the first has ended: restart it, and start the app containers',
    { containers: { side1: exited(0) } },
    actions({ initContainersToStart: [0], containersToStart: allApps })],
  ['a dead sandbox and a failure with policy Never: only stop the pod',
    { policy: 'Never', sandbox: dead, containers: { side3: exited(137) } },
    actions({ killPod: true, attempt: 1 })],
  ['a dead sandbox with policy Never where nothing ran: make a new one',
    { policy: 'Never', sandbox: dead, containers: none(sidecars) }, begins],
  ['a dead sandbox and a failure with policy OnFailure: make a new one',
    { policy: 'OnFailure', sandbox: dead, containers: { side3: exited(137) } }, begins],
  ['a dead sandbox and a failure with policy Always: make a new one',
    { sandbox: dead, containers: { side3: exited(137) } }, begins],
  ['the last one failed: restart it even with policy Never',
    { policy: 'Never', containers: { side3: exited(137) } }, last],
  ['one in an unknown state is restarted even with policy Never',
    { policy: 'Never', containers: { side3: { state: 'unknown' } } }, { ...last, kills: ['side3'] }],
  ['one failed while the app containers run: restart it even with policy Never',
    { policy: 'Never', containers: { ...all(apps, running), side3: exited(137) } }, last],
  ['all app containers have succeeded: stop the pod, sidecars included',
    { policy: 'Never', containers: all(apps, exited(0)) }, actions({ killPod: true })],
  ['records of earlier ones are lost: start them, and the app containers',
    { containers: { side1: null, side2: null } },
    actions({ initContainersToStart: [0, 1], containersToStart: allApps })],
])

export const podActionsInit: readonly Table[] = [initContainers, restartable]
