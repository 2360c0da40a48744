/**
 * Models: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables), pkg/kubelet/types/pod_update.go
 *   (IsStaticPod)
 * Reads: nothing (it is handed a pod, one of its containers, and what the kubelet knows)
 * Writes: nothing
 * Omits: the order of variables, which upstream leaves to chance: ours is that of envFrom and its keys, then
 *   env's as declared, then those of Services
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Container, Pod } from '#api/types'
import type { EnvVar } from './command.js'
import { envFromTexts, valueFrom, type Known, type Value } from './env-sources.js'
import { expand, mappingFuncFor } from './expansion.js'
import { getServiceEnvVarMap } from './service-variables.js'

/** The kubelet has it from a file or a URL, not from the API server. */
export const isStaticPod = ({ metadata: { annotations = {} } }: Pod): boolean =>
  (annotations['kubernetes.io/config.source'] ?? 'api') !== 'api'

/**
 * The environment of a container, as its process finds it beside its image's. The refusal is the message of
 * CreateContainerConfigError. `env` stands above `envFrom`, later sources above earlier ones, and all of them
 * above the variables of Services; `$(NAME)` sees what came before.
 */
export function makeEnvironmentVariables(
  pod: Pod, container: Container, known: Known,
): Either<string, readonly EnvVar[]> {
  const { enableServiceLinks } = pod.spec
  if (enableServiceLinks === undefined) {
    return either.left('nil pod.spec.enableServiceLinks encountered, cannot construct envvars')
  }
  if (!isStaticPod(pod) && !known.servicesHaveSynced) {
    return either.left('services have not yet been read at least once, cannot construct envvars')
  }
  const values = new Map<string, string>()
  for (const source of container.envFrom ?? []) {
    const got = envFromTexts(source, known.objects)
    if (either.isLeft(got)) return got
    for (const [key, text] of got.right ?? []) values.set(`${source.prefix ?? ''}${key}`, text)
  }
  const ofServices = getServiceEnvVarMap(known.services, pod.metadata.namespace, enableServiceLinks)
  for (const { name, value = '', valueFrom: from = {} } of container.env ?? []) {
    const got: Value = value === ''
      ? valueFrom(from, pod, container, known)
      : either.right(expand(value, mappingFuncFor(Object.fromEntries(values), ofServices)))
    if (either.isLeft(got)) return got
    if (got.right !== undefined) values.set(name, got.right)
  }
  for (const [name, value] of Object.entries(ofServices)) if (!values.has(name)) values.set(name, value)
  return either.right([...values].map(([name, value]) => ({ name, value })))
}
