/** The volumes of a pod or a pod template. */
import type { Json, JsonObject, Volume, VolumeSourceName } from '#api/types'
import { quantityOf } from '#api/quantity'
import type { Paper } from './paper.js'
import { byText } from './selectors.js'

type Line = readonly [name: string, value: string]

/** What a source is, and its fields in order. */
interface Told {
  readonly type: string
  readonly lines: readonly Line[]
  /** Further lines below, at the next level. */
  readonly items?: readonly string[]
}

type Source = (source: JsonObject) => Told

const members = (value: Json | undefined): JsonObject =>
  // neither a list nor null
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}

const listOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.map(members) : []

const text = (value: Json | undefined, absent = ''): string =>
  value === undefined || value === null ? absent : String(value)

const isSet = (value: Json | undefined): string => String(value === true)

/** Fields that are told as they are: `false` and `0` where they are not said. */
const plain =
  (type: string, ...fields: readonly (readonly [name: string, field: string, absent?: string])[]): Source =>
  (source) => ({ type, lines: fields.map(([name, field, absent]) => [name, text(source[field], absent)]) })

function emptyDir({ medium, sizeLimit }: JsonObject): Told {
  const isLimited =
    (typeof sizeLimit === 'string' || typeof sizeLimit === 'number') && quantityOf(sizeLimit).nanos > 0n
  return {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    lines: [
      ['Medium', text(medium)],
      ['SizeLimit', isLimited ? String(sizeLimit) : '<unset>'],
    ],
  }
}

function projected({ sources }: JsonObject): Told {
  const lines = listOf(sources).flatMap((source): readonly Line[] => {
    const [secret, configMap, token] = [
      members(source['secret']),
      members(source['configMap']),
      members(source['serviceAccountToken']),
    ]
    if (source['secret'] !== undefined)
      return [
        ['SecretName', text(secret['name'])],
        ['Optional', isSet(secret['optional'])],
      ]
    if (source['downwardAPI'] !== undefined) return [['DownwardAPI', 'true']]
    if (source['configMap'] !== undefined)
      return [
        ['ConfigMapName', text(configMap['name'])],
        ['Optional', isSet(configMap['optional'])],
      ]
    return source['serviceAccountToken'] === undefined
      ? []
      : [['TokenExpirationSeconds', text(token['expirationSeconds'], '3600')]]
  })
  return { type: 'Projected (a volume that contains injected data from multiple sources)', lines }
}

const downwardApi = ({ items }: JsonObject): Told => ({
  type: 'DownwardAPI (a volume populated by information about the pod)',
  lines: [['Items', '']],
  items: listOf(items).flatMap(({ path, fieldRef, resourceFieldRef }) => [
    ...(fieldRef === undefined ? [] : [`${text(members(fieldRef)['fieldPath'])} -> ${text(path)}`]),
    ...(resourceFieldRef === undefined
      ? []
      : [`${text(members(resourceFieldRef)['resource'])} -> ${text(path)}`]),
  ]),
})

function csi({ driver, fsType, readOnly, volumeAttributes }: JsonObject): Told {
  const all = members(volumeAttributes)
  const attributes = Object.keys(all)
    .sort(byText)
    .map((key) => `    ${key}=${text(all[key])}`)
  return {
    type: 'CSI (a Container Storage Interface (CSI) volume source)',
    lines: [
      ['Driver', text(driver)],
      ['FSType', text(fsType)],
      ['ReadOnly', isSet(readOnly)],
      ['VolumeAttributes', attributes.length === 0 ? '<none>' : attributes.join('\n        \t')],
    ],
  }
}

const sources: Readonly<Partial<Record<VolumeSourceName, Source>>> = {
  hostPath: plain(
    'HostPath (bare host directory volume)',
    ['Path', 'path'],
    ['HostPathType', 'type', '<none>'],
  ),
  emptyDir,
  secret: ({ secretName, optional }) => ({
    type: 'Secret (a volume populated by a Secret)',
    lines: [
      ['SecretName', text(secretName)],
      ['Optional', isSet(optional)],
    ],
  }),
  configMap: ({ name, optional }) => ({
    type: 'ConfigMap (a volume populated by a ConfigMap)',
    lines: [
      ['Name', text(name)],
      ['Optional', isSet(optional)],
    ],
  }),
  nfs: plain(
    'NFS (an NFS mount that lasts the lifetime of a pod)',
    ['Server', 'server'],
    ['Path', 'path'],
    ['ReadOnly', 'readOnly', 'false'],
  ),
  persistentVolumeClaim: plain(
    'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    ['ClaimName', 'claimName'],
    ['ReadOnly', 'readOnly', 'false'],
  ),
  downwardAPI: downwardApi,
  projected,
  csi,
  image: plain(
    'Image (a container image or OCI artifact)',
    ['Reference', 'reference'],
    ['PullPolicy', 'pullPolicy'],
  ),
}

/** Sources that came from other times and vendors are named, and no more is told of them. */
function toldOf(volume: Volume): Told | undefined {
  const names = Object.keys(volume).filter((name): name is VolumeSourceName => name !== 'name')
  const [name] = names
  if (name === undefined) return undefined
  return (
    sources[name]?.(volume[name] ?? {}) ?? { type: `${name} (Orrery tells nothing more of it)`, lines: [] }
  )
}

/** `space` stands before what belongs to a pod template. */
export function volumes(paper: Paper, all: readonly Volume[] = [], space = ''): void {
  if (all.length === 0) return paper.write(0, `${space}Volumes:\t<none>\n`)
  paper.write(0, `${space}Volumes:\n`)
  for (const volume of all) {
    paper.write(1, `${space === '' ? '' : ' '}${volume.name}:\n`)
    const told = toldOf(volume)
    if (told === undefined) {
      paper.write(1, '<unknown>\n')
      continue
    }
    paper.field(2, 'Type', told.type)
    for (const [name, value] of told.lines) {
      if (told.items !== undefined) paper.write(2, `${name}:\n`)
      else paper.field(2, name, value)
    }
    for (const item of told.items ?? []) paper.write(3, `${item}\n`)
  }
}
