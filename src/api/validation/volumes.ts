/**
 * Volumes, mounts and devices: `pkg/apis/core/validation/validation.go` ValidateVolumes,
 * ValidateVolumeMounts.
 */
import { volumeSources } from '../codecs/container.js'
import type { Container, Input, JsonObject, Volume, VolumeMount, VolumeSourceName } from '../types.js'
import {
  all, dnsLabel, each, forbiddenIf, isSet, oneOf, requiredText, when, type Errors,
} from './check.js'
import { duplicate, forbidden, invalid, notFound, required, valid } from './field.js'
import { descendingPath, noBacksteps } from './paths.js'
import { validateDownwardAPI, validateItems, validateProjected } from './volume-files.js'

export type Volumes = { readonly errors: Errors; readonly sources: ReadonlyMap<string, VolumeSourceName> }

/** The errors, and the source of every volume that has none. */
export function validateVolumes(volumes: readonly Input<Volume>[] | undefined, path: string): Volumes {
  const sources = new Map<string, VolumeSourceName>()
  const errors = each(volumes, path, (volume, place) => {
    const { name = '' } = volume
    const [first, ...others] = volumeSources.filter((source) => volume[source] !== undefined)
    const found = all(
      first === undefined ? [required(place, 'must specify a volume type')] : validateSource(first, volume, place),
      others.map((other) => forbidden(`${place}.${other}`, 'may not specify more than 1 volume type')),
      name === '' ? [required(`${place}.name`)] : dnsLabel(`${place}.name`, name),
      when(sources.has(name), () => duplicate(`${place}.name`, name)))
    if (found.length === 0 && first !== undefined) sources.set(name, first)
    return found
  })
  return { errors, sources }
}

const text = (source: JsonObject, field: string): string | undefined => {
  const value = source[field]
  return typeof value === 'string' ? value : undefined
}

/** The sources that applications write themselves; the others stay opaque. */
function validateSource(name: VolumeSourceName, volume: Input<Volume>, place: string): Errors {
  const source = volume[name] ?? {}
  const path = `${place}.${name}`
  switch (name) {
    case 'hostPath': return isSet(text(source, 'path'))
      ? all(noBacksteps(text(source, 'path') ?? '', `${path}.path`), oneOf(`${path}.type`, text(source, 'type'),
        ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']))
      : [required(`${path}.path`)]
    case 'secret': return all(
      requiredText(`${path}.secretName`, text(source, 'secretName')), validateItems(source, path))
    case 'configMap': return all(requiredText(`${path}.name`, text(source, 'name')), validateItems(source, path))
    case 'persistentVolumeClaim': return requiredText(`${path}.claimName`, text(source, 'claimName'))
    case 'nfs': return all(
      requiredText(`${path}.server`, text(source, 'server')), requiredText(`${path}.path`, text(source, 'path')),
      when(!text(source, 'path')?.startsWith('/'), () =>
        invalid(`${path}.path`, text(source, 'path') ?? '', 'must be an absolute path')))
    case 'csi': return requiredText(`${path}.driver`, text(source, 'driver'))
    case 'ephemeral': return when(source.volumeClaimTemplate === undefined, () =>
      required(`${path}.volumeClaimTemplate`))
    case 'downwardAPI': return validateDownwardAPI(source, path)
    case 'projected': return validateProjected(source, path)
    default: return valid
  }
}

/** `ValidateVolumeMounts`: every mount names a volume of the pod, and no path is mounted twice. */
export function validateVolumeMounts(
  container: Input<Container>, sources: ReadonlyMap<string, VolumeSourceName>, path: string,
): Errors {
  const devices = container.volumeDevices ?? []
  const mounted = new Set<string>()
  return each(container.volumeMounts, path, (mount, place) => {
    const { name = '', mountPath = '' } = mount
    const repeated = mounted.has(mountPath)
    mounted.add(mountPath)
    return all(
      when(name === '', () => required(`${place}.name`)),
      when(!sources.has(name), () => notFound(`${place}.name`, name)),
      when(mountPath === '', () => required(`${place}.mountPath`)),
      when(repeated, () => invalid(`${place}.mountPath`, mountPath, 'must be unique')),
      when(devices.some((device) => device.name === name), () =>
        invalid(`${place}.name`, name, 'must not already exist in volumeDevices')),
      when(devices.some((device) => device.devicePath === mountPath), () =>
        invalid(`${place}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices')),
      validateMountDetails(mount, container, path, place))
  })
}

function validateMountDetails(
  mount: Input<VolumeMount>, container: Input<Container>, path: string, place: string,
): Errors {
  const { subPath = '', subPathExpr = '', mountPropagation: propagation } = mount
  const privileged = container.securityContext?.privileged === true
  return all(
    subPath === '' ? valid : descendingPath(subPath, `${path}.subPath`),
    when(subPathExpr !== '' && subPath !== '', () =>
      invalid(`${place}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive')),
    subPathExpr === '' ? valid : descendingPath(subPathExpr, `${path}.subPathExpr`),
    oneOf(`${path}.mountPropagation`, propagation, ['Bidirectional', 'HostToContainer', 'None']),
    forbiddenIf(propagation === 'Bidirectional' && !privileged, `${path}.mountPropagation`,
      'Bidirectional mount propagation is available only to privileged containers'),
    oneOf(`${path}.recursiveReadOnly`, mount.recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible']),
    forbiddenIf(['Enabled', 'IfPossible'].includes(mount.recursiveReadOnly ?? '') && mount.readOnly !== true,
      `${path}.recursiveReadOnly`, 'may only be specified when readOnly is true'))
}

/** `ValidateVolumeDevices`: raw block devices come from claims only. */
export function validateVolumeDevices(
  container: Input<Container>, sources: ReadonlyMap<string, VolumeSourceName>, path: string,
): Errors {
  const mounts = container.volumeMounts ?? []
  const [names, paths] = [new Set<string>(), new Set<string>()]
  return each(container.volumeDevices, path, ({ name = '', devicePath = '' }, place) => {
    const source = sources.get(name)
    const [nameTwice, pathTwice] = [names.has(name), paths.has(devicePath)]
    names.add(name)
    paths.add(devicePath)
    return all(
      when(name === '', () => required(`${place}.name`)),
      when(nameTwice, () => invalid(`${place}.name`, name, 'must be unique')),
      when(source !== undefined && source !== 'persistentVolumeClaim' && source !== 'ephemeral', () =>
        invalid(`${place}.name`, name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode')),
      when(source === undefined, () => notFound(`${place}.name`, name)),
      when(devicePath === '', () => required(`${place}.devicePath`)),
      when(pathTwice, () => invalid(`${place}.devicePath`, devicePath, 'must be unique')),
      when(devicePath.split('/').includes('..'), () =>
        invalid(`${place}.devicePath`, devicePath, "can not contain backsteps ('..')")),
      when(mounts.some((mount) => mount.name === name), () =>
        invalid(`${place}.name`, name, 'must not already exist in volumeMounts')),
      when(mounts.some((mount) => mount.mountPath === devicePath), () =>
        invalid(`${place}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts')))
  })
}
