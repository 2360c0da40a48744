/**
 * Whose logs are asked for. Upstream: kubectl pkg/polymorphichelpers/logsforobject.go, pkg/cmd/util/podcmd.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { Pod } from '#api/types'
import { nearest } from '#api/manifests/suggest'

export interface Asked {
  readonly container?: string
  readonly allContainers?: boolean
}

interface Refused {
  readonly code: string
  readonly message: string
  readonly next: string
}

export interface Chosen {
  readonly containers: readonly string[]
  /** What kubectl says about the choice, on standard error. */
  readonly notes: readonly string[]
}

const annotation = 'kubectl.kubernetes.io/default-container'

const namesOf = ({ spec }: Pod): readonly string[] =>
  [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])].map(
    ({ name }) => name,
  )

/** AllContainerNames. */
const listOf = ({ spec }: Pod): string =>
  [
    ...spec.containers.map(({ name }) => name),
    ...(spec.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ].join(', ')

export function containersAsked(
  pod: Pod,
  { container = '', allContainers = false }: Asked,
): Either<Refused, Chosen> {
  if (allContainers && container !== '') {
    const message = `--all-containers=true should not be specified with container name ${container}`
    return left({ code: 'E_USAGE', message, next: 'Give one of them.' })
  }
  const { spec, metadata } = pod
  if (allContainers) {
    return right({
      containers: [
        ...(spec.initContainers ?? []),
        ...spec.containers,
        ...(spec.ephemeralContainers ?? []),
      ].map(({ name }) => name),
      notes: [],
    })
  }
  const names = namesOf(pod)
  if (container !== '')
    return names.includes(container)
      ? right({ containers: [container], notes: [] })
      : left(notValid(pod, container, names))
  const preset = metadata.annotations?.[annotation] ?? ''
  if (names.includes(preset)) return right({ containers: [preset], notes: [] })
  const first = spec.containers[0]?.name ?? ''
  return right({
    containers: [first],
    notes: [
      ...(preset === ''
        ? []
        : [`Default container name ${JSON.stringify(preset)} not found in pod ${metadata.name}`]),
      ...(names.length > 1 ? [`Defaulted container ${JSON.stringify(first)} out of: ${listOf(pod)}`] : []),
    ],
  })
}

function notValid(pod: Pod, container: string, names: readonly string[]): Refused {
  const near = nearest(container, names)
  return {
    code: 'E_NO_SUCH_CONTAINER',
    message: `container ${container} is not valid for pod ${pod.metadata.name} out of: ${listOf(pod)}`,
    next: near === undefined ? 'Name one of these with -c.' : `Did you mean ${near}?`,
  }
}
