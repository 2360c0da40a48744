/**
 * Models: pkg/kubelet/util/manager/watch_based_manager.go (Get), pkg/kubelet/configmap, pkg/kubelet/secret:
 *   what the kubelet's managers answer when a pod's ConfigMap or Secret is asked for
 * Reads: nothing (it is handed what they have)
 * Writes: nothing
 * Omits: nothing that is observable
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { ConfigMap, Secret } from '#api/types'
import { fromBase64 } from '#api/text'
import { notFoundStatus } from '#api/status'

/** Why there is no object. `isNotFound`: there is none, and who called it optional goes on without it. */
export interface NotGot {
  readonly message: string
  readonly isNotFound: boolean
}

/** The objects of one namespace, by name. */
export interface Objects {
  readonly configMap: (name: string) => Either<NotGot, ConfigMap>
  readonly secret: (name: string) => Either<NotGot, Secret>
}

/** `configmap "settings" not found`: in the singular, as the kubelet says it. */
export const notFound = (resource: 'configmap' | 'secret', name: string): NotGot =>
  ({ message: notFoundStatus(resource, name).message ?? '', isNotFound: true })

/** The pod that names the object is not one of the kubelet's, or not yet. */
export const notRegistered = (namespace: string, name: string): NotGot =>
  ({ message: `object "${namespace}"/"${name}" not registered`, isNotFound: false })

/** Its watch has brought nothing within a second. */
export const notSynced = (resource: 'configmap' | 'secret'): NotGot =>
  ({ message: `failed to sync ${resource} cache: timed out waiting for the condition`, isNotFound: false })

/** Managers that are up to date. */
export const objectsOf = (
  configMap: (name: string) => ConfigMap | undefined, secret: (name: string) => Secret | undefined,
): Objects => ({
  configMap: (name) => either.fromNullable(notFound('configmap', name))(configMap(name)),
  secret: (name) => either.fromNullable(notFound('secret', name))(secret(name)),
})

/** Texts by key, in the order of the keys. */
export type Texts = ReadonlyMap<string, string>

const inOrder = (data: { readonly [key: string]: string } = {}): readonly (readonly [string, string])[] =>
  Object.keys(data).sort().map((key) => [key, data[key] ?? ''])

export const textsOf = (configMap: ConfigMap): Texts => new Map(inOrder(configMap.data))

export const binariesOf = (configMap: ConfigMap): Texts => decoded(configMap.binaryData)

export const secretTextsOf = (secret: Secret): Texts => decoded(secret.data)

const decoded = (data: { readonly [key: string]: string } | undefined): Texts =>
  new Map(inOrder(data).map(([key, text]) => [key, fromBase64(text)]))
