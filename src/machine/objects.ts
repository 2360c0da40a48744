/** Where the API objects are kept, and the index buckets by which they are found. */
import { key, type Key } from '#kernel/cells'
import type {
  ConfigMap, Deployment, EndpointSlice, Lease, Namespace, Node, ObjectMeta, Pod, PodDisruptionBudget, ReplicaSet, Secret,
  Service, ServiceAccount,
} from '#api/types'
import { subjectKeys } from './binding-subjects.js'

/** The resources that the models know; others are stored as they came. */
export interface Resources {
  readonly namespaces: Namespace
  readonly nodes: Node
  readonly pods: Pod
  readonly replicasets: ReplicaSet
  readonly deployments: Deployment
  readonly services: Service
  readonly endpointslices: EndpointSlice
  readonly leases: Lease
  readonly configmaps: ConfigMap
  readonly secrets: Secret
  readonly serviceaccounts: ServiceAccount
  readonly poddisruptionbudgets: PodDisruptionBudget
}
export type Resource = keyof Resources

/** Any stored object: what is common to all kinds. */
export interface StoredObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

/** The object in etcd. `name` is `namespace/name`, or the name alone for cluster-scoped resources. */
export function objectKey<R extends Resource>(resource: R, name: string): Key<Resources[R]>
export function objectKey(resource: string, name: string): Key<StoredObject>
export function objectKey(resource: string, name: string): Key<StoredObject> {
  return key('store', resource, name)
}

/** The names of the objects in one bucket of an index, in the order in which they came to exist. */
export const indexKey = (resource: string, index: string, value: string): Key<readonly string[]> =>
  key('index', resource, index, value)

/** `namespace/name`, or the name where there is no namespace. */
export const nameOf = (object: { readonly metadata: ObjectMeta }): string =>
  object.metadata.namespace === undefined || object.metadata.namespace === ''
    ? object.metadata.name ?? ''
    : `${object.metadata.namespace}/${object.metadata.name ?? ''}`

/** Splits `namespace/name`; the namespace is `''` for cluster-scoped objects. */
export function splitName(name: string): { readonly namespace: string; readonly name: string } {
  const slash = name.indexOf('/')
  return slash < 0 ? { namespace: '', name } : { namespace: name.slice(0, slash), name: name.slice(slash + 1) }
}

type Buckets = (object: StoredObject) => readonly (readonly [index: string, value: string])[]

const ownerOf = (object: StoredObject): readonly (readonly [string, string])[] =>
  (object.metadata.ownerReferences ?? []).map((reference) => ['owner', reference.uid] as const)

const namespaceOf = (object: StoredObject): readonly [string, string] => ['namespace', object.metadata.namespace ?? '']

/** One label that every pod of the Service has, so that the Services of a pod are found by its labels. */
function selectorBucket({ metadata, spec }: Service): readonly (readonly [string, string])[] {
  const [label] = Object.keys(spec.selector ?? {}).sort()
  return label === undefined ? [] : [['selector', `${metadata.namespace}/${label}=${spec.selector?.[label] ?? ''}`]]
}

/** Those that bindings of roles are for; `ServiceAccount`s are users. */
const subjectsOf = (object: StoredObject): readonly (readonly [string, string])[] => {
  const namespace = object.metadata.namespace ?? ''
  const { subjects = [] } = object as { readonly subjects?: Parameters<typeof subjectKeys>[0] } // a binding, by resource
  return subjectKeys(subjects, namespace).map((key) => ['subject', namespace === '' ? key : `${namespace}/${key}`] as const)
}

const aggregatePrefix = 'rbac.authorization.k8s.io/aggregate-to-'

const buckets: Readonly<Record<string, Buckets>> = {
  pods: (object) => {
    const pod = object as Pod // buckets are looked up by resource
    const node = pod.spec.nodeName ?? ''
    const isOwned = (pod.metadata.ownerReferences ?? []).some(({ controller }) => controller)
    return [
      namespaceOf(pod),
      ['node', node],
      ...ownerOf(pod),
      ...(isOwned ? [] : [['orphans', pod.metadata.namespace] as const]),
    ]
  },
  replicasets: (object) => [
    namespaceOf(object),
    ...ownerOf(object),
    ...(object.metadata.ownerReferences?.some(({ controller }) => controller) === true
      ? [] : [['orphans', object.metadata.namespace ?? ''] as const]),
  ],
  services: (object) => [namespaceOf(object), ...selectorBucket(object as Service), ...ownerOf(object)], // by resource
  endpointslices: (object) => [
    namespaceOf(object),
    ['service', `${object.metadata.namespace ?? ''}/${object.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`],
    ...ownerOf(object),
  ],
  rolebindings: (object) => [namespaceOf(object), ...subjectsOf(object), ...ownerOf(object)],
  clusterrolebindings: (object) => [namespaceOf(object), ...subjectsOf(object), ...ownerOf(object)],
  clusterroles: (object) => [
    namespaceOf(object),
    ...Object.entries(object.metadata.labels ?? {}).filter(([label, value]) => label.startsWith(aggregatePrefix) && value === 'true')
      .map(([label]) => ['part of', label.slice(aggregatePrefix.length)] as const),
    ...ownerOf(object),
  ],
}

/** The buckets that an object is in: by namespace (`''` cluster-scoped), by owner's uid, and some of its own kind. */
export const bucketsOf = (resource: string, object: StoredObject): readonly (readonly [string, string])[] =>
  buckets[resource]?.(object) ?? [namespaceOf(object), ...ownerOf(object)]

/** What kube-proxies watch of Services and EndpointSlices: not those of headless Services, nor of other proxies. */
export const proxiedServices = 'spec.clusterIP!=None,!service.kubernetes.io/service-proxy-name'
export const proxiedSlices = '!service.kubernetes.io/headless'

/**
 * The field or label selector by which kubelets and kube-proxies watch: one value for each object of these resources,
 * `undefined` for an object that only those see who watch everything.
 */
export function selectorOf(resource: string, object: StoredObject): string | undefined {
  if (resource === 'pods') return `spec.nodeName=${(object as Pod).spec.nodeName ?? ''}` // by resource
  if (resource === 'nodes') return `metadata.name=${object.metadata.name ?? ''}`
  if (resource === 'services') {
    const isProxied = (object as Service).spec.clusterIP !== 'None' // by resource
      && object.metadata.labels?.['service.kubernetes.io/service-proxy-name'] === undefined
    return isProxied ? proxiedServices : undefined
  }
  if (resource === 'endpointslices') {
    return object.metadata.labels?.['service.kubernetes.io/headless'] === undefined ? proxiedSlices : undefined
  }
  return undefined
}

/** Every object of a resource, whatever its namespace. */
export const allKey = (resource: string): Key<readonly string[]> => indexKey(resource, 'all', '')
