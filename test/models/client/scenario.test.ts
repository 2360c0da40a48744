import * as either from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { errorText } from '#api/validation/field'
import { parseScenario, userAction } from '#models/client/scenario'
import { decodeScenario } from '#models/client/scenario-file'
import { commandOf, drainDefaults, type UserAction } from '#models/client/user-actions'

const web = { resource: 'deployments', namespace: 'default', name: 'web' }

const written: readonly (readonly [unknown, UserAction, string])[] = [
  [{ apply: ['v2/'] }, { do: 'apply', files: ['v2/'], objects: [] }, 'kubectl apply -f v2/'],
  [{ create: { objects: [{ kind: 'Job' }] } }, { do: 'create', objects: [{ kind: 'Job' }] }, 'kubectl create (1 object)'],
  [{ scale: { deployment: 'web', replicas: 5 } }, { do: 'scale', target: web, replicas: 5 }, 'kubectl scale deployments/web --replicas=5'],
  [{ 'set-image': { deployment: 'web', images: { app: 'shop/web:v2' } } }, { do: 'set-image', target: web, images: { app: 'shop/web:v2' } },
    'kubectl set image deployments/web app=shop/web:v2'],
  [{ restart: { deployment: 'web' } }, { do: 'restart', target: web }, 'kubectl rollout restart deployments/web'],
  [{ pause: { deployment: 'web', namespace: 'shop' } }, { do: 'pause', target: { ...web, namespace: 'shop' } }, 'kubectl rollout pause deployments/web -n shop'],
  [{ undo: { deployment: 'web', 'to-revision': 2 } }, { do: 'undo', target: web, toRevision: 2 }, 'kubectl rollout undo deployments/web --to-revision=2'],
  [{ patch: { deployment: 'web', type: 'merge', patch: { spec: { paused: true } } } },
    { do: 'patch', target: web, type: 'merge', patch: { spec: { paused: true } } }, 'kubectl patch deployments/web --type=merge -p \'{"spec":{"paused":true}}\''],
  [{ delete: { pod: 'web-0', 'grace-period': 0, force: true } },
    { do: 'delete', target: { resource: 'pods', namespace: 'default', name: 'web-0' }, cascade: 'Background', gracePeriod: 0, force: true },
    'kubectl delete pods/web-0 --grace-period=0 --force'],
  [{ delete: { 'pod-of': 'deployment/web' } }, { do: 'delete', target: { of: web }, cascade: 'Background', force: false },
    'kubectl delete (a pod of deployments/web)'],
  [{ delete: { deployment: 'web', cascade: 'orphan' } }, { do: 'delete', target: web, cascade: 'Orphan', force: false },
    'kubectl delete deployments/web --cascade=orphan'],
  [{ drain: { node: 'node-1', timeout: 60 } }, { do: 'drain', node: { name: 'node-1' }, ...drainDefaults, timeout: 60 },
    'kubectl drain node-1 --ignore-daemonsets --delete-emptydir-data --force --timeout=60s'],
  [{ drain: { 'node-of': 'deployment/web', force: false } }, { do: 'drain', node: { of: web }, ...drainDefaults, force: false },
    'kubectl drain (a node of deployments/web) --ignore-daemonsets --delete-emptydir-data'],
  [{ uncordon: { drained: true } }, { do: 'uncordon', node: { drained: true } }, 'kubectl uncordon (the drained node)'],
  [{ label: { node: 'node-1', labels: { zone: 'a', old: null } } },
    { do: 'label', target: { resource: 'nodes', name: 'node-1' }, labels: { zone: 'a', old: null } }, 'kubectl label nodes/node-1 zone=a old-'],
  [{ taint: { node: 'node-1', taints: ['dedicated=db:NoSchedule'] } }, { do: 'taint', node: { name: 'node-1' }, taints: ['dedicated=db:NoSchedule'] },
    'kubectl taint nodes node-1 dedicated=db:NoSchedule'],
  [{ prune: { node: 'node-1' } }, { do: 'prune', node: { name: 'node-1' } }, 'ssh node-1 crictl rm --all'],
  [{ 'kill-pause': { node: 'node-1' } }, { do: 'kill-pause', node: { name: 'node-1' } }, 'ssh node-1 pkill -KILL -x pause'],
  [{ shutdown: { node: 'node-1', 'grace-period': 30, 'grace-period-critical-pods': 10 } },
    { do: 'shutdown', node: { name: 'node-1' }, config: { shutdownGracePeriod: 30, shutdownGracePeriodCriticalPods: 10 } },
    'ssh node-1 systemctl poweroff'],
  [{ shutdown: { node: 'node-1', 'grace-period-by-priority': { 0: 60, 100_000: 10 } } },
    { do: 'shutdown', node: { name: 'node-1' }, config: { shutdownGracePeriodByPodPriority: [
      { priority: 0, seconds: 60 }, { priority: 100_000, seconds: 10 }] } }, 'ssh node-1 systemctl poweroff'],
  [{ shutdown: { drained: true } }, { do: 'shutdown', node: { drained: true }, config: {} }, 'ssh (the drained node) systemctl poweroff'],
]

describe('a step of a scenario', () => {
  for (const [json, action, command] of written) {
    test(`${JSON.stringify(json)} is ${command}`, () => {
      expect(userAction.decode(json)).toEqual(either.right(action))
      expect(userAction.encode(action)).toEqual(json)
      expect(commandOf(action)).toBe(command)
      expect(userAction.is(action)).toBe(true)
    })
  }

  test('may be written shorter', () => {
    expect(userAction.decode({ restart: 'deploy/web' })).toEqual(either.right({ do: 'restart', target: web }))
    expect(userAction.decode({ cordon: 'node-1' })).toEqual(either.right({ do: 'cordon', node: { name: 'node-1' } }))
    expect(userAction.decode({ apply: 'v2/' })).toEqual(either.right({ do: 'apply', files: ['v2/'], objects: [] }))
  })
})

const complaints = (json: unknown): readonly string[] => {
  const parsed = parseScenario(json)
  return either.isLeft(parsed) ? parsed.left.map(errorText) : []
}

describe('a scenario that is not right', () => {
  const table: readonly (readonly [string, unknown, string])[] = [
    ['an unknown action', { scle: { deployment: 'web' } }, 'steps[0]: Invalid value: "scle": unknown action; did you mean "scale"?'],
    ['an unknown option', { scale: { deployment: 'web', replicas: 1, replica: 2 } },
      'steps[0].scale.replica: Invalid value: 2: unknown option; did you mean "replicas"?'],
    ['a missing option', { scale: { deployment: 'web' } }, 'steps[0].scale.replicas: Required value'],
    ['a kubelet that would give critical pods more than all', { shutdown: { node: 'a', 'grace-period': 10, 'grace-period-critical-pods': 20 } },
      'steps[0].shutdown.grace-period-critical-pods: Invalid value: 20: must be less than or equal to grace-period'],
    ['a kubelet that is configured in both ways', { shutdown: { node: 'a', 'grace-period': 10, 'grace-period-by-priority': { 0: 5 } } },
      'steps[0].shutdown.grace-period-by-priority: Forbidden: may not be specified together with grace-period'],
    ['a priority that is none', { shutdown: { node: 'a', 'grace-period-by-priority': { high: 5 } } },
      'steps[0].shutdown.grace-period-by-priority: Invalid value: "high": must be a priority, a whole number'],
    ['a period that is none', { shutdown: { node: 'a', 'grace-period-by-priority': { 0: '5s' } } },
      'steps[0].shutdown.grace-period-by-priority.0: Invalid value: "5s": must be a whole number'],
    ['periods without priorities', { shutdown: { node: 'a', 'grace-period-by-priority': [60] } },
      'steps[0].shutdown.grace-period-by-priority: Invalid value: [60]: must be a mapping of priorities to seconds'],
    ['a negative count', { scale: { deployment: 'web', replicas: -1 } },
      'steps[0].scale.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ['a wrong type', { scale: { deployment: 'web', replicas: 'many' } }, 'steps[0].scale.replicas: Invalid value: "many": must be a whole number'],
    ['no object', { restart: {} }, 'steps[0].restart: Required value: name an object, such as "deployment: web"'],
    ['two objects', { restart: { deployment: 'a', statefulset: 'b' } }, 'steps[0].restart.statefulset: Invalid value: "b": an action is about one object'],
    ['a drain of no node', { drain: { deployment: 'web' } }, 'steps[0].drain: Required value: name a node, such as "node: node-1"'],
    ['a taint that is none', { taint: { node: 'node-1', taints: ['a=b:Never'] } },
      'steps[0].taint.taints[0]: Invalid value: "a=b:Never": must be key=value:Effect, key:Effect or, to remove it, key:Effect-'],
    ['two actions in one step', { pause: 'deploy/web', resume: 'deploy/web' },
      'steps[0]: Invalid value: "pause, resume": a step is one action, such as "scale: { deployment: web, replicas: 5 }"'],
  ]
  for (const [name, step, expected] of table) test(name, () => expect(complaints({ steps: [step] })).toEqual([expected]))

  test('lists everything that is wrong', () => {
    expect(complaints({ steps: [{ scale: {} }, { restart: 'web' }, { cordon: 'node-1' }] })).toHaveLength(2)
  })
})

describe('a scenario file', () => {
  test('is YAML, and gives its namespace to what names none', () => {
    const { actions, errors } = decodeScenario('namespace: shop\nsteps:\n  - scale: { deployment: web, replicas: 5 }\n', 'scenario.yaml')
    expect(errors).toEqual([])
    expect(actions).toEqual([{ do: 'scale', target: { ...web, namespace: 'shop' }, replicas: 5 }])
  })

  test('may be the list of steps by itself', () => {
    expect(decodeScenario('- cordon: node-1\n', 'scenario.yaml').actions).toEqual([{ do: 'cordon', node: { name: 'node-1' } }])
    expect(decodeScenario([{ cordon: 'node-1' }], 'orrery.yaml').actions).toHaveLength(1)
  })

  test('says where it is wrong', () => {
    const { errors } = decodeScenario('steps:\n  - cordon: node-1\n  - scale: { deployment: web, replicas: many }\n', 'scenario.yaml')
    expect(errors).toMatchObject([{ code: 'E_SCENARIO', file: 'scenario.yaml', line: 3, field: 'steps[1].scale.replicas' }])
  })
})
