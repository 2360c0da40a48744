/**
 * Models: pkg/volume/projected/projected.go (collectData), pkg/volume/util/util.go (FsUserFrom),
 *   pkg/securitycontext/util.go (DetermineEffectiveRunAsUser); which plugin a volume belongs to
 * Reads: nothing (it is handed a pod, one of its volumes, and what the kubelet knows)
 * Writes: nothing
 * Omits: clusterTrustBundle and podCertificate, which bring no files here
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { JsonObject, Pod, ResourceList, Volume } from '#api/types'
import { collectDownwardApi } from './downward-payload.js'
import type { Objects } from './found.js'
import {
  aggregate, configMapVolume, noDefaultMode, secretVolume, type FileProjection, type Payload,
} from './payload.js'
import type {
  ConfigMapVolumeSource, DownwardAPIVolumeSource, ProjectedVolumeSource, SecretVolumeSource,
  ServiceAccountTokenProjection, VolumeProjection,
} from './volume-sources.js'

/** What the kubelet knows while it sets up a volume. */
export interface VolumeKnown {
  readonly objects: Objects
  /** What the node has to give. */
  readonly allocatable: ResourceList
  /** A token of the pod's ServiceAccount, as the token manager has it or gets it. */
  readonly token: (wanted: ServiceAccountTokenProjection) => Either<string, string>
}

/** MounterArgs: who is to read the files. */
export interface MounterArgs {
  readonly fsUser?: number
  readonly fsGroup?: number
}

/** The user that all containers of a pod run as, where that is one. */
export function fsUserFrom({ spec }: Pod): number | undefined {
  const containers = [...spec.initContainers ?? [], ...spec.containers, ...spec.ephemeralContainers ?? []]
  const users = containers.map(({ securityContext }) =>
    runAsUser(securityContext) ?? runAsUser(spec.securityContext))
  const [first] = users
  return users.every((user) => user === first) ? first : undefined
}

const runAsUser = (context: JsonObject | undefined): number | undefined => {
  const user = context?.['runAsUser']
  return typeof user === 'number' ? user : undefined
}

function tokenFile(
  wanted: ServiceAccountTokenProjection, defaultMode: number, { token }: VolumeKnown,
  { fsUser, fsGroup }: MounterArgs,
): Either<string, Payload> {
  // With a group, the owner of the volume's files makes it 0640.
  const mode = fsUser !== undefined || fsGroup !== undefined ? 0o600 : defaultMode
  return either.map((data: string): Payload =>
    ({ [wanted.path]: { data, mode, ...(fsUser === undefined ? {} : { fsUser }) } }))(token(wanted))
}

function projection(
  source: VolumeProjection, defaultMode: number, pod: Pod, known: VolumeKnown, args: MounterArgs,
): Either<readonly string[], Payload> {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source
  const alone = either.mapLeft((message: string): readonly string[] => [message])
  if (secret !== undefined) {
    const { name = '', ...wanted } = secret
    return alone(secretVolume({ ...wanted, secretName: name, defaultMode }, known.objects))
  }
  if (configMap !== undefined) return alone(configMapVolume({ ...configMap, defaultMode }, known.objects))
  if (downwardAPI !== undefined) {
    return collectDownwardApi(downwardAPI.items ?? [], pod, known.allocatable, defaultMode)
  }
  if (serviceAccountToken !== undefined) {
    return alone(tokenFile(serviceAccountToken, defaultMode, known, args))
  }
  return either.right({})
}

/** The files of all sources, the later above the earlier; or all that is wrong with any of them. */
export function collectProjected(
  { sources = [], defaultMode }: ProjectedVolumeSource, pod: Pod, known: VolumeKnown, args: MounterArgs,
): Either<string, Payload> {
  if (defaultMode === undefined) return either.left(noDefaultMode)
  const files: Record<string, FileProjection> = {}
  const wrong: string[] = []
  for (const source of sources) {
    const got = projection(source, defaultMode, pod, known, args)
    if (either.isLeft(got)) wrong.push(...got.left)
    else Object.assign(files, got.right)
  }
  return wrong.length > 0 ? either.left(aggregate(wrong)) : either.right(files)
}

/**
 * What the kubelet writes into a volume, or what follows `MountVolume.SetUp failed for volume "…" : `;
 * nothing for a volume that it does not write itself.
 */
export function volumePayload(
  volume: Volume, pod: Pod, known: VolumeKnown, args: MounterArgs,
): Either<string, Payload> | undefined {
  const { configMap, secret, downwardAPI, projected } = volume
  // Each is validated where the pod is admitted.
  if (configMap !== undefined) {
    return configMapVolume(configMap as unknown as ConfigMapVolumeSource, known.objects)
  }
  if (secret !== undefined) return secretVolume(secret as unknown as SecretVolumeSource, known.objects)
  if (downwardAPI !== undefined) {
    const { items = [], defaultMode } = downwardAPI as unknown as DownwardAPIVolumeSource
    return either.mapLeft(aggregate)(collectDownwardApi(items, pod, known.allocatable, defaultMode))
  }
  if (projected === undefined) return undefined
  return collectProjected(projected as unknown as ProjectedVolumeSource, pod, known, args)
}
