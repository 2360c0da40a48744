/**
 * Models: pkg/kubelet/kuberuntime/kuberuntime_container.go (generateContainerConfig, getImageUser),
 *   security_context_others.go (verifyRunAsNonRoot); containerd internal/cri/server/container_create.go (what
 *   the image says where the container does not: environment, working directory, user, words)
 * Reads: nothing (it is handed a pod, a container, its variables and its image)
 * Writes: nothing
 * Omits: mounts, devices, capabilities and profiles; HOME of users other than root, which /etc/passwd says
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Container, JsonObject, Pod } from '#api/types'
import { envVarsToMap, expandContainerCommandAndArgs, processArgs, type EnvVar } from './command.js'
import type { Image } from './image.js'

/** What a container is not made for. */
export interface Refusal {
  readonly reason: 'CreateContainerConfigError' | 'CreateContainerError'
  readonly message: string
}

/** What is started. */
export interface ContainerConfig {
  readonly words: readonly string[]
  readonly env: { readonly [name: string]: string }
  readonly workingDir: string
  /** A number, or a name that the image knows. */
  readonly user: number | string
  readonly stopSignal: string
}

export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The user of an image, without its group; root where it names none. */
export function imageUser({ user = '' }: Image): number | string {
  const [name = ''] = user.split(':')
  return name === '' ? 0 : /^-?\d+$/.test(name) ? Number(name) : name
}

const said = (name: string, container: JsonObject | undefined, pod: JsonObject): unknown =>
  container?.[name] ?? pod[name]

/** The user that `securityContext` asks for; the container's own stands above the pod's. */
export function runAsUser({ spec }: Pod, container: Container): number | undefined {
  const user = said('runAsUser', container.securityContext, spec.securityContext)
  return typeof user === 'number' ? user : undefined
}

const maxUserID = 2_147_483_647

/** Why a container that must not run as root is not made; nothing where it may be. */
export function verifyRunAsNonRoot(
  pod: Pod, container: Container, ofImage: number | string,
): string | undefined {
  if (said('runAsNonRoot', container.securityContext, pod.spec.securityContext) !== true) return undefined
  const { name, namespace, uid } = pod.metadata
  const where = `(pod: "${name}_${namespace}(${uid})", container: ${container.name})`
  const user = runAsUser(pod, container)
  if (user === 0) return `container's runAsUser breaks non-root policy ${where}`
  if (user !== undefined) return undefined
  if (typeof ofImage === 'string') {
    return `container has runAsNonRoot and image has non-numeric user (${ofImage}), cannot verify user is `
      + `non-root ${where}`
  }
  if (ofImage === 0) return `container has runAsNonRoot and image will run as root ${where}`
  return ofImage > 0 && ofImage <= maxUserID ? undefined
    : `container has runAsNonRoot and image has an invalid user id (${ofImage}). (Must be 1-(${maxUserID})): `
      + `must be between 0 and ${maxUserID}, inclusive ${where}`
}

/** The container's variables above the image's, and those above what every container has. */
function environment(
  envs: readonly EnvVar[], image: Image, hostname: string, user: number | string,
): ContainerConfig['env'] {
  return {
    PATH: defaultPath, HOSTNAME: hostname, ...(user === 0 ? { HOME: '/root' } : {}),
    ...image.env, ...envVarsToMap(envs),
  }
}

/**
 * What a container starts as, or why it is not made. `envs` are those of makeEnvironmentVariables, `id` is
 * how the runtime calls it in what it says.
 */
export function generateContainerConfig(
  pod: Pod, container: Container, envs: readonly EnvVar[], image: Image, hostname: string, id: string,
): Either<Refusal, ContainerConfig> {
  const ofImage = imageUser(image)
  const isRoot = verifyRunAsNonRoot(pod, container, ofImage)
  if (isRoot !== undefined) return either.left({ reason: 'CreateContainerConfigError', message: isRoot })
  const words = processArgs(expandContainerCommandAndArgs(container, envs), image)
  if (either.isLeft(words)) {
    const message = `failed to generate container "${id}" spec: failed to generate spec: ${words.left}`
    return either.left({ reason: 'CreateContainerError', message })
  }
  const user = runAsUser(pod, container) ?? ofImage
  const { workingDir = '' } = container
  return either.right({
    words: words.right, user, env: environment(envs, image, hostname, user),
    workingDir: workingDir === '' ? image.workingDir ?? '/' : workingDir,
    stopSignal: container.lifecycle?.stopSignal ?? image.stopSignal ?? 'SIGTERM',
  })
}
