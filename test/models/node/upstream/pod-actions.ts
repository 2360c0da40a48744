import type { RestartPolicy } from '#api/types'
import {
  actions, all, apps, dead, exited, inits, judging, none, running, source, withContainers,
} from './pod-actions-judge.js'
import { table, type Table } from './table.js'

const judge = judging([], all(apps, running))
const anew = (attempt: number, containersToStart = [0, 1, 2]) =>
  actions({ killPod: true, createSandbox: true, attempt, containersToStart })

const appContainers = table(source, 'TestComputePodActions', judge, [
  ['everything is good: do nothing', {}, actions()],
  ['a new pod: make its sandbox and start all containers',
    { sandbox: null, containers: none(apps) }, anew(0)],
  ['exited containers are restarted with policy Always',
    { containers: { foo1: exited(0), foo2: exited(111) } }, actions({ containersToStart: [0, 1] })],
  ['failed containers are restarted with policy OnFailure',
    { policy: 'OnFailure', containers: { foo1: exited(0), foo2: exited(111) } },
    actions({ containersToStart: [1] })],
  ['containers that were created and not started are started with policy OnFailure',
    { policy: 'OnFailure', containers: { foo1: exited(0), foo2: { state: 'created' } } },
    actions({ containersToStart: [1] })],
  ['no container is restarted with policy Never',
    { policy: 'Never', containers: { foo1: exited(0), foo2: exited(111) } }, actions()],
  ['a dead sandbox: everything is made anew with policy Always', { sandbox: dead }, anew(1)],
  ['a dead sandbox: what has succeeded is not, with policy OnFailure',
    { policy: 'OnFailure', sandbox: dead, containers: { foo2: exited(0) } }, anew(1, [0, 2])],
  ['a sandbox without an address: everything is made anew', { sandbox: { ips: [] } }, anew(1)],
  ['what a container is to be was changed: it is stopped and started again',
    { containers: { foo2: { image: 'other' } } }, actions({ containersToStart: [1], kills: ['foo2'] })],
  ['a container has failed its liveness probe',
    { liveness: { foo2: 'failure' } }, actions({ containersToStart: [1], kills: ['foo2'] })],
  ['a container has failed its startup probe',
    { startup: { foo2: 'failure' } }, actions({ containersToStart: [1], kills: ['foo2'] })],
  ['no new sandbox for a pod that is done, with policy Never',
    { policy: 'Never', sandbox: { ready: false, attempt: 1 }, containers: all(apps, exited(0)) },
    actions({ killPod: true, attempt: 2 })],
  ['no new sandbox for a pod that is done, with policy OnFailure',
    { policy: 'OnFailure', sandbox: { ready: false, attempt: 1 }, containers: all(apps, exited(0)) },
    actions({ killPod: true, attempt: 2 })],
  ['a new sandbox where no container was ever made, with policy Never',
    { policy: 'Never', sandbox: { ready: false, attempt: 2 }, containers: none(apps) }, anew(3)],
  ['a container in an unknown state is stopped and started again',
    { policy: 'Never', containers: { foo2: { state: 'unknown' } } },
    actions({ containersToStart: [1], kills: ['foo2'] })],
  ['a container that was created is started',
    { policy: 'Never', containers: { foo2: { state: 'created' } } }, actions({ containersToStart: [1] })],
])

const policies = (foo1: RestartPolicy, foo2 = foo1) =>
  withContainers('containers', { foo1: { restartPolicy: foo1 }, foo2: { restartPolicy: foo2 } })
const ended = { foo1: exited(0), foo2: exited(111) }

const restartRules = table(source, 'TestComputePodActionsWithContainerRestartRules', judge, [
  ['a container is always restarted, though its pod never is',
    { policy: 'Never', change: policies('Always'), containers: ended },
    actions({ containersToStart: [0, 1] })],
  ['a container that has failed is restarted, though its pod never is',
    { policy: 'Never', change: policies('OnFailure'), containers: ended },
    actions({ containersToStart: [1] })],
  ['so is one that was created and not started',
    { policy: 'Never', change: policies('OnFailure'),
      containers: { foo1: exited(0), foo2: { state: 'created' } } },
    actions({ containersToStart: [1] })],
  ['a container is never restarted, though its pod always is',
    { change: policies('Never'), containers: ended }, actions()],
  ['a dead sandbox: a container that is restarted on failure and has succeeded is not made anew',
    {
      sandbox: dead, change: withContainers('containers', { foo2: { restartPolicy: 'OnFailure' } }),
      containers: { foo2: exited(0) },
    }, anew(1, [0, 2])],
])

const [first] = inits
const one = first === undefined ? [] : [first]
const debug = { debug: running }
const settled = { ...all(apps, running), ...all(one, exited(0)), ...debug }

const ephemeral =
  table(source, 'TestComputePodActionsWithInitAndEphemeralContainers', judging(one, settled), [
  ['nothing is to be done while an ephemeral container runs', {}, actions()],
  ['one that has ended is not restarted', { containers: { debug: exited(0) } }, actions()],
  ['a dead sandbox and a failed init container, with policy OnFailure: make a new one',
    { policy: 'OnFailure', sandbox: dead, containers: { ...none(apps), init1: exited(137) } },
    actions({ killPod: true, createSandbox: true, attempt: 1, initContainersToStart: [0] })],
  ['a dead sandbox: it is not started again', { sandbox: dead },
    actions({ killPod: true, createSandbox: true, attempt: 1, initContainersToStart: [0] })],
  ['the pod is stopped once all others have ended',
    { policy: 'Never', containers: all(apps, exited(0)) }, actions({ killPod: true })],
  ['one in an unknown state is left alone',
    { policy: 'Never', containers: { debug: { state: 'unknown' } } }, actions()],
])

export const podActions: readonly Table[] = [appContainers, restartRules, ephemeral]
