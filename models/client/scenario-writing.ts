/**
 * Models: a user action as a scenario file writes it (docs/scenarios.md)
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { allKinds } from '#api/manifests/kinds'
import type { Json, JsonObject } from '#api/types'
import { encodeShutdown } from './shutdown-options.js'
import { drainDefaults, isOf, type NodeChoice, type Target, type UserAction } from './user-actions.js'

const singular = (resource: string): string =>
  allKinds().find((kind) => kind.resource === resource)?.kind.toLowerCase() ?? resource

const about = ({ resource, namespace, name }: Target): JsonObject => ({
  [singular(resource)]: name, ...(namespace === undefined || namespace === 'default' ? {} : { namespace }),
})

const reference = (member: string, { resource, namespace, name }: Target): JsonObject => ({
  [member]: `${singular(resource)}/${name}`,
  ...(namespace === undefined || namespace === 'default' ? {} : { namespace }),
})

const onNode = (node: NodeChoice): JsonObject =>
  ('name' in node ? { node: node.name } : 'of' in node ? reference('node-of', node.of) : { drained: true })

/** Only what is not as it would be anyway. */
const given = (members: Readonly<Record<string, Json | undefined>>, usual: JsonObject = {}): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([name, value]) => value !== undefined && value !== usual[name]))

function body(action: UserAction): Json {
  switch (action.do) {
    case 'apply': case 'create':
      return action.files !== undefined && action.objects.length === 0 ? action.files
        : given({ files: action.files, objects: action.objects })
    case 'patch': return {
      ...about(action.target), ...given({ type: action.type }, { type: 'strategic' }), patch: action.patch,
    }
    case 'scale': return { ...about(action.target), replicas: action.replicas }
    case 'set-image': return { ...about(action.target), images: action.images }
    case 'restart': case 'pause': case 'resume': return about(action.target)
    case 'undo': return { ...about(action.target), ...given({ 'to-revision': action.toRevision }) }
    case 'delete': return {
      ...(isOf(action.target) ? reference('pod-of', action.target.of) : about(action.target)),
      ...given({ cascade: action.cascade.toLowerCase(), 'grace-period': action.gracePeriod, force: action.force },
        { cascade: 'background', force: false }),
    }
    case 'drain': return {
      ...onNode(action.node),
      ...given({
        'ignore-daemonsets': action.ignoreDaemonSets, 'delete-emptydir-data': action.deleteEmptyDirData,
        force: action.force, 'disable-eviction': action.disableEviction, 'grace-period': action.gracePeriod,
        timeout: action.timeout,
      }, {
        'ignore-daemonsets': drainDefaults.ignoreDaemonSets, 'delete-emptydir-data': drainDefaults.deleteEmptyDirData,
        force: drainDefaults.force, 'disable-eviction': drainDefaults.disableEviction,
      }),
    }
    case 'cordon': case 'uncordon': return onNode(action.node)
    case 'label': return { ...about(action.target), labels: action.labels }
    case 'taint': return { ...onNode(action.node), taints: action.taints }
    case 'prune': case 'kill-pause': return onNode(action.node)
    case 'shutdown': return { ...onNode(action.node), ...encodeShutdown(action.config) }
  }
}

/** `{ scale: { deployment: web, replicas: 5 } }`. */
export const encodeAction = (action: UserAction): JsonObject => ({ [action.do]: body(action) })
