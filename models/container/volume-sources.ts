/**
 * Models: core/v1 ConfigMapVolumeSource, SecretVolumeSource, DownwardAPIVolumeSource, ProjectedVolumeSource:
 *   what the kubelet writes into volumes itself
 * Reads: nothing
 * Writes: nothing
 * Omits: clusterTrustBundle and podCertificate, which bring no files here
 */
import type { ObjectFieldSelector } from './pod-field.js'
import type { ResourceFieldSelector } from './resource-value.js'

export interface KeyToPath {
  readonly key: string
  readonly path: string
  readonly mode?: number
}

interface FromObject {
  readonly items?: readonly KeyToPath[]
  readonly optional?: boolean
}

export interface ConfigMapVolumeSource extends FromObject {
  readonly name?: string
  readonly defaultMode?: number
}

export interface SecretVolumeSource extends FromObject {
  readonly secretName?: string
  readonly defaultMode?: number
}

export interface DownwardAPIVolumeFile {
  readonly path: string
  readonly fieldRef?: ObjectFieldSelector
  readonly resourceFieldRef?: ResourceFieldSelector
  readonly mode?: number
}

export interface DownwardAPIVolumeSource {
  readonly items?: readonly DownwardAPIVolumeFile[]
  readonly defaultMode?: number
}

export interface ServiceAccountTokenProjection {
  readonly audience?: string
  readonly expirationSeconds?: number
  readonly path: string
}

/** One of these is set. */
export interface VolumeProjection {
  readonly secret?: FromObject & { readonly name?: string }
  readonly configMap?: FromObject & { readonly name?: string }
  readonly downwardAPI?: { readonly items?: readonly DownwardAPIVolumeFile[] }
  readonly serviceAccountToken?: ServiceAccountTokenProjection
}

export interface ProjectedVolumeSource {
  readonly sources?: readonly VolumeProjection[]
  readonly defaultMode?: number
}
