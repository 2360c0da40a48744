/** Whether what kubectl did for the user is there afterwards. */
import type { Deployment, JsonObject, Node } from '#api/types'
import { part, type Cells, type Value } from '#kernel/cells'
import { equal } from '#kernel/value'
import { nameOf, objectKey, type StoredObject } from '#machine/objects'
import { Newest } from '#machine/view'
import type { Judging, Step, Verdict, Write } from '#checker/claim'
import { isOfDaemonSet } from '#models/client/drain-filters'
import { targetOf } from '#models/client/kubectl-requests'
import type { Script } from '#models/client/script'
import { commandOf, isOf, type NodeChoice, type Target, type UserAction } from '#models/client/user-actions'

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

const objectAt = (cells: Cells, { resource, namespace, name }: Target): StoredObject | undefined =>
  cells.read(objectKey(resource, namespace === undefined ? name : `${namespace}/${name}`))

/** Pods, and objects that belong to others, may be gone before the command comes back. */
const mayVanish: ReadonlySet<string> = new Set(['pods', 'secrets', 'configmaps'])

/** Objects come and go by themselves too: only for these does it take a user. */
const isUsers: ReadonlySet<string> = new Set([
  'deployments', 'services', 'nodes', 'namespaces', 'poddisruptionbudgets', 'serviceaccounts',
])

function missing(cells: Cells, judging: Judging, object: JsonObject, namespace: string, isApply: boolean): string | undefined {
  const target = targetOf(object, namespace)
  const live = objectAt(cells, target)
  const isOwned = (object['metadata'] as JsonObject | undefined)?.['ownerReferences'] !== undefined // a manifest's metadata
  if (live === undefined) {
    if (mayVanish.has(target.resource)) return judging.memory.has(nameText(target)) ? undefined : `${nameText(target)} was not made`
    return isUsers.has(target.resource) && !isOwned ? `${nameText(target)} is not there` : undefined
  }
  const written = live.metadata.annotations?.[lastApplied]
  if (!isApply || written === undefined) return undefined
  const before = JSON.parse(written) as JsonObject // kubectl wrote it
  const isSame = (['spec', 'data'] as const).every((member) => equal(before[member] as Value, object[member] as Value))
  return isSame ? undefined : `${nameText(target)} is as it was applied before`
}

const nameText = ({ resource, namespace, name }: Target): string => `${resource} ${namespace === undefined ? '' : `${namespace}/`}${name}`

const nodeNamed = (choice: NodeChoice, { drained }: Script): string | undefined =>
  ('name' in choice ? choice.name : 'drained' in choice ? drained : undefined)

function wrongOnNode(cells: Cells, name: string | undefined, isCordoned: boolean): string | undefined {
  const node: Node | undefined = name === undefined ? undefined : cells.read(objectKey('nodes', name))
  if (node === undefined || (node.spec.unschedulable === true) === isCordoned) return undefined
  return `node ${name ?? ''} ${isCordoned ? 'still takes' : 'takes no'} pods`
}

/** Pods that were on the node as the drain began and are still there. */
function leftOn({ cells, memory }: Judging, node: string | undefined): string | undefined {
  const before = (memory.get('pods') ?? {}) as Readonly<Record<string, string>> // set as the command began
  const left = node === undefined ? undefined : new Newest(cells).list('pods', 'node', node)
    .find((pod) => before[pod.metadata.uid] === node && !isOfDaemonSet(pod))
  return left === undefined ? undefined : `pod ${nameOf(left)} is still on ${node ?? ''}`
}

function wrong(judging: Judging, action: UserAction, script: Script): string | undefined {
  const { cells } = judging
  switch (action.do) {
    case 'apply': case 'create': {
      for (const object of action.objects) {
        const problem = missing(cells, judging, object, script.namespace, action.do === 'apply')
        if (problem !== undefined) return problem
      }
      return undefined
    }
    case 'scale': {
      const { replicas } = (objectAt(cells, action.target) as Deployment | undefined)?.spec ?? {} // or another workload
      return replicas === undefined || replicas === action.replicas ? undefined : `${nameText(action.target)} has ${replicas} replicas`
    }
    case 'set-image': {
      const live = objectAt(cells, action.target) as Deployment | undefined // or another workload
      const off = live?.spec.template?.spec.containers.find(({ name, image }) => {
        const wanted = action.images[name] ?? action.images['*']
        return wanted !== undefined && wanted !== image
      })
      return off === undefined ? undefined : `container ${off.name} still has image ${off.image ?? ''}`
    }
    case 'pause': case 'resume': {
      const live = objectAt(cells, action.target) as Deployment | undefined // only Deployments can be paused
      if (live === undefined || (live.spec.paused === true) === (action.do === 'pause')) return undefined
      return `${nameText(action.target)} is ${action.do === 'pause' ? 'not paused' : 'still paused'}`
    }
    case 'delete': {
      const { target } = action
      if (isOf(target)) return undefined
      const live = objectAt(cells, target)
      const isSame = live !== undefined && judging.memory.get('target') === live.metadata.uid
      return isSame && live.metadata.deletionTimestamp === undefined ? `${nameText(target)} is there as before` : undefined
    }
    case 'label': {
      const live = objectAt(cells, action.target)
      const off = Object.keys(action.labels).find((name) => (live?.metadata.labels?.[name] ?? null) !== action.labels[name])
      return live === undefined || off === undefined ? undefined : `label ${off} is ${live.metadata.labels?.[off] ?? 'absent'}`
    }
    case 'taint': {
      const node = cells.read(objectKey('nodes', nodeNamed(action.node, script) ?? ''))
      const keys = (node?.spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`)
      const off = action.taints.find((spec) => {
        const [left = '', effect = ''] = spec.replace(/-$/, '').split(':')
        const has = keys.some((one) => one.startsWith(`${left.split('=')[0] ?? ''}:`) && one.endsWith(effect))
        return has === spec.endsWith('-')
      })
      return node === undefined || off === undefined ? undefined : `taint ${off} was not carried out`
    }
    case 'cordon': case 'uncordon': return wrongOnNode(cells, nodeNamed(action.node, script), action.do === 'cordon')
    case 'drain': return wrongOnNode(cells, script.drained, true) ?? leftOn(judging, script.drained)
    case 'patch': case 'restart': case 'undo': case 'prune': case 'kill-pause': case 'shutdown': return undefined
  }
}

/** What is there before the command. */
function begin({ cells, memory }: Judging, action: UserAction): void {
  if (action.do === 'delete' && !isOf(action.target)) memory.set('target', objectAt(cells, action.target)?.metadata.uid)
  if (action.do !== 'drain') return
  const pods = new Newest(cells).all('pods').map(({ metadata, spec }): [string, string] => [metadata.uid, spec.nodeName ?? ''])
  memory.set('pods', Object.fromEntries(pods))
}

function concluded(judging: Judging, script: Script, step: number): Verdict {
  const action = script.steps[step]
  if (action === undefined || (script.failed ?? []).some((one) => one.step === step)) return undefined
  const problem = wrong(judging, action, script)
  return problem === undefined ? 'held'
    : { message: `${commandOf(action)} went well as far as kubectl knows, and ${problem}.`, objects: ['the user'] }
}

export const commandsTakeEffect: Step = {
  kind: 'step',
  name: 'commands-take-effect',
  title: 'What a command of kubectl was to do is done when it comes back without a complaint: objects are there as they were '
    + 'applied, or are being deleted, scaled, labelled, tainted; a drained node takes no pods and has none of those it had',
  source: 'kubernetes.io/docs/reference/kubectl; staging/src/k8s.io/kubectl/pkg/cmd',
  on: ['user|', ...[...mayVanish].map((resource) => `store|${resource}|`)],
  check(judging, { key, before, after }: Write) {
    if (key.startsWith('store|')) {
      if (before === undefined) judging.memory.set(`${part(key, 1)} ${part(key, 2)}`, true)
      return undefined
    }
    const [was, is] = [before as Script | undefined, after as Script | undefined] // the values of the user's cell
    if (was === undefined || is === undefined) return undefined
    const action = is.steps[is.at]
    if (is.busy === true && was.busy !== true && action !== undefined) begin(judging, action)
    return is.at === was.at + 1 ? concluded(judging, is, was.at) : undefined
  },
}
