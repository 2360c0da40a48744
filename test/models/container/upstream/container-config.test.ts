/** What a container starts as, and when it may not run as root. */
import { describe, expect, it } from 'vitest'
import * as either from 'fp-ts/lib/Either.js'
import type { Container, JsonObject, PodSpec } from '#api/types'
import { catalogue, findImage } from '#models/container/catalogue'
import {
  generateContainerConfig, imageUser, verifyRunAsNonRoot, type ContainerConfig, type Refusal,
} from '#models/container/container-config'
import type { EnvVar } from '#models/container/command'
import { container as containerOf, podOn } from '../../../support/node.js'
import { table } from '../../node/upstream/table.js'
import { run } from './run.js'

const where = '(pod: "bar_new(12345678)", container: app)'

const verified = ([securityContext, user]: readonly [JsonObject | undefined, (number | string)?]): string | undefined =>
  verifyRunAsNonRoot(podOn({ name: 'bar', metadata: { namespace: 'new', uid: '12345678' } }),
    containerOf(securityContext === undefined ? {} : { securityContext }), user ?? 0)

const invalid = (user: number): string =>
  `container has runAsNonRoot and image has an invalid user id (${user}). (Must be 1-(2147483647)): must be between `
  + `0 and 2147483647, inclusive ${where}`

run([
  table('pkg/kubelet/kuberuntime/security_context_others_test.go', 'TestVerifyRunAsNonRoot', verified, [
    ['nothing is asked for', [undefined, 0], undefined],
    ['a user that is not root', [{ runAsNonRoot: true, runAsUser: 1000 }], undefined],
    ['root, and nothing against it', [{ runAsUser: 0 }, 0], undefined],
    ['an image of root\'s, and nothing against it', [{ runAsNonRoot: false }, 0], undefined],
    ['root, and nothing in so many words against it', [{ runAsNonRoot: false, runAsUser: 0 }, 0], undefined],
    ['root, which must not be', [{ runAsNonRoot: true, runAsUser: 0 }, 0],
      `container's runAsUser breaks non-root policy ${where}`],
    ['an image of root\'s, which must not be', [{ runAsNonRoot: true }, 0],
      `container has runAsNonRoot and image will run as root ${where}`],
    ['an image that names its user', [{ runAsNonRoot: true }, 'test'],
      `container has runAsNonRoot and image has non-numeric user (test), cannot verify user is non-root ${where}`],
    ['an image of another user\'s', [{ runAsNonRoot: true }, 1000], undefined],
    ['an image of too large a user\'s', [{ runAsNonRoot: true }, 2_147_483_648], invalid(2_147_483_648)],
    ['an image of a negative user\'s', [{ runAsNonRoot: true }, -1000], invalid(-1000)],
    ['an image of the largest user\'s', [{ runAsNonRoot: true }, 2_147_483_647], undefined],
  ]),
])

function made(
  one: Partial<Container>, spec: Partial<PodSpec> = {}, envs: readonly EnvVar[] = [],
): ContainerConfig | Refusal {
  const container = containerOf(one)
  const image = findImage(container.image, catalogue) ?? {}
  return either.toUnion(generateContainerConfig(podOn({ spec }), container, envs, image, 'web', 'id'))
}

describe('A container', () => {
  it('is what its image says where it says nothing', () => {
    expect(made({ image: 'postgres:16' })).toEqual({
      words: ['docker-entrypoint.sh', 'postgres'], user: 0, workingDir: '/', stopSignal: 'SIGINT',
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOSTNAME: 'web', HOME: '/root',
        LANG: 'en_US.utf8', PGDATA: '/var/lib/postgresql/data',
      },
    })
    expect(made({ image: 'redis' })).toMatchObject({ workingDir: '/data', stopSignal: 'SIGTERM' })
    expect(['65535:65535', 'nonroot:nonroot', '', '101'].map((user) => imageUser({ user }))).toEqual(
      [65_535, 'nonroot', 0, 101])
  })
  it('is what it says itself where it does', () => {
    expect(made({
      image: 'postgres:16', args: ['postgres', '-p', '$(PORT)'], workingDir: '/tmp',
      lifecycle: { stopSignal: 'SIGTERM' }, securityContext: { runAsUser: 999 },
    }, { securityContext: { runAsUser: 1 } }, [{ name: 'PORT', value: '5433' }, { name: 'LANG', value: 'C' }])).toEqual({
      words: ['docker-entrypoint.sh', 'postgres', '-p', '5433'], user: 999, workingDir: '/tmp', stopSignal: 'SIGTERM',
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOSTNAME: 'web',
        LANG: 'C', PGDATA: '/var/lib/postgresql/data', PORT: '5433',
      },
    })
  })
  it('is not made where nobody says what to run', () => {
    expect(made({ image: 'gcr.io/distroless/static' })).toEqual({
      reason: 'CreateContainerError',
      message: 'failed to generate container "id" spec: failed to generate spec: no command specified',
    })
  })
  it('is not made as root where that is forbidden, by the pod too', () => {
    expect(made({ image: 'nginx' }, { securityContext: { runAsNonRoot: true } })).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'container has runAsNonRoot and image will run as root (pod: "web_default()", container: app)',
    })
  })
})
