/**
 * How lists and maps of the modelled kinds merge: the `patchStrategy` and `patchMergeKey` tags of
 * `api/{core,apps,policy}/v1/types.go` and apimachinery `meta/v1/types.go`. What is not listed is replaced
 * when it is a list and merged when it is a map.
 */
export type PatchField = {
  readonly strategy?: 'merge' | 'replace'
  /** Lists of objects merge by this member; lists of scalars merge as sets. */
  readonly key?: string
  readonly of?: PatchSchema
  /** A union: a patch made by comparison says which members stay (`retainKeys`). */
  readonly retainKeys?: true
}
export type PatchSchema = { readonly [field: string]: PatchField }

const by = (key: string, of?: PatchSchema): PatchField =>
  of === undefined ? { strategy: 'merge', key } : { strategy: 'merge', key, of }
const inside = (of: PatchSchema): PatchField => ({ of })
const set: PatchField = { strategy: 'merge' }

const metadata = inside({ ownerReferences: by('uid'), finalizers: set })
const conditions = by('type')

const containers = by('name', {
  ports: by('containerPort'),
  env: by('name'),
  volumeMounts: by('mountPath'),
  volumeDevices: by('devicePath'),
})

const podSpec: PatchSchema = {
  volumes: { ...by('name'), retainKeys: true },
  initContainers: containers,
  containers,
  ephemeralContainers: containers,
  imagePullSecrets: by('name'),
  hostAliases: by('ip'),
  topologySpreadConstraints: by('topologyKey'),
  schedulingGates: by('name'),
  resourceClaims: by('name'),
}
const template = inside({ metadata, spec: inside(podSpec) })
const withConditions = inside({ conditions })

const schemas: Readonly<Record<string, PatchSchema>> = {
  Pod: {
    metadata,
    spec: inside(podSpec),
    status: inside({ conditions, hostIPs: by('ip'), podIPs: by('ip'), resourceClaimStatuses: by('name') }),
  },
  ReplicaSet: { metadata, spec: inside({ template }), status: withConditions },
  Deployment: { metadata, spec: inside({ template, strategy: { retainKeys: true } }), status: withConditions },
  Service: { metadata, spec: inside({ ports: by('port') }), status: withConditions },
  Node: { metadata, spec: inside({ podCIDRs: set }), status: inside({ conditions, addresses: by('type') }) },
  Namespace: { metadata, status: withConditions },
  ServiceAccount: { metadata, secrets: by('name') },
  PodDisruptionBudget: {
    metadata, spec: inside({ selector: { strategy: 'replace' } }), status: withConditions,
  },
}

const plain: PatchSchema = { metadata }

/** The schema of a kind; of one that is not modelled, only its metadata is known. */
export const patchSchemaOf = (kind: string): PatchSchema =>
  Object.hasOwn(schemas, kind) ? schemas[kind] ?? plain : plain
