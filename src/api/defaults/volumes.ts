/** Volume defaults: `pkg/apis/core/v1/defaults.go`, `zz_generated.defaults.go`. */
import { volumeSources } from '../codecs/container.js'
import { pullPolicyOf } from '../images.js'
import type { Input, Json, JsonObject, Volume, VolumeSourceName } from '../types.js'
import { fill, mapField, mapItems } from './fill.js'

const MODE = 0o644

const sourceDefaults: { readonly [Source in VolumeSourceName]?: JsonObject } = {
  hostPath: { type: '' },
  secret: { defaultMode: MODE },
  configMap: { defaultMode: MODE },
  downwardAPI: { defaultMode: MODE },
  projected: { defaultMode: MODE },
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  azureDisk: { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
}

/** `SetDefaults_Volume`: a volume without a source is an empty directory. */
export function setDefaultsVolume(volume: Input<Volume>): Input<Volume> {
  const sources = volumeSources.filter((name) => volume[name] !== undefined)
  if (sources.length === 0) return { ...volume, emptyDir: {} }
  let filled = volume
  for (const source of sources) {
    const defaults = sourceDefaults[source]
    if (defaults !== undefined) filled = mapField(filled, source, (value) => fill(value, defaults))
  }
  filled = mapField(filled, 'image', setDefaultsImage)
  filled = mapField(filled, 'downwardAPI', setDefaultsDownwardAPI)
  return mapField(filled, 'projected', setDefaultsProjected)
}

const setDefaultsImage = (image: JsonObject): JsonObject =>
  fill(image, { pullPolicy: pullPolicyOf(typeof image.reference === 'string' ? image.reference : '') })

/** A projected service account token lasts an hour. */
const setDefaultsProjected = (projected: JsonObject): JsonObject => mapObjects(projected, 'sources', (source) =>
  mapField(
    mapField(source, 'serviceAccountToken', (token) =>
      (isObject(token) ? fill(token, { expirationSeconds: 3600 }) : token)),
    'downwardAPI', (api) => (isObject(api) ? setDefaultsDownwardAPI(api) : api)))

/** `SetDefaults_ObjectFieldSelector` of each item. */
const setDefaultsDownwardAPI = (api: JsonObject): JsonObject => mapObjects(api, 'items', (item) =>
  mapField(item, 'fieldRef', (ref) => (isObject(ref) ? fill(ref, { apiVersion: 'v1' }) : ref)))

/** Maps the objects of a list that is one field of opaque JSON. */
function mapObjects(object: JsonObject, field: string, change: (item: JsonObject) => JsonObject): JsonObject {
  return mapField(object, field, (list) => (isList(list)
    ? mapItems(list, (item) => (isObject(item) ? change(item) : item)) : list))
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
