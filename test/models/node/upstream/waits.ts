import type { PullPolicy } from '#api/types'
import { doBackOff, nextBackoff } from '#models/node/backoff'
import { ensureImageExists, pullError, pullFailure, withDefaultTag } from '#models/node/image-decision'
import { requiresRefresh, type HeldToken } from '#models/node/token-refresh'
import { table, type Line, type Table } from './table.js'

const backoffSource = 'client-go/util/flowcontrol/backoff_test.go'

interface Steps {
  readonly initial: number
  readonly max: number
  /** Seconds after the one before at which something fails again. */
  readonly pauses: readonly number[]
}

/** The back-offs after each failure; one is forgotten after twice the longest one. */
function steps({ initial, max, pauses }: Steps): readonly number[] {
  const seen: number[] = []
  for (const pause of pauses) {
    seen.push(nextBackoff(pause > 2 * max ? undefined : seen.at(-1), { initial, max }))
  }
  return seen
}

const often = (times: number, pause: number): readonly number[] => Array.from({ length: times }, () => pause)

interface Tick {
  readonly tick: number
}

const seconds = { initial: 1, max: 10 }
const asked = [...Array.from({ length: 36 }, (_, tick) => tick), 56, 57]

/** At each tick it is asked whether the wait is over, and if so something fails again. */
function backingOff({ tick }: Tick): readonly [isWaiting: boolean, seconds: number] {
  let last: { readonly at: number; readonly seconds: number } | undefined
  for (const now of asked) {
    const known = last !== undefined && now - last.at <= 2 * seconds.max ? last : undefined
    const isWaiting = known !== undefined && now - known.at < known.seconds
    if (now === tick) return [isWaiting, isWaiting ? known.seconds : 0]
    if (!isWaiting) last = { at: now, seconds: nextBackoff(known?.seconds, seconds) }
  }
  return [false, 0]
}

/** Ticks at which it waits no more; the back-off from then to the next one. */
const free: Readonly<Record<number, number>> =
  { 0: 1, 1: 2, 3: 4, 7: 8, 15: 10, 25: 10, 35: 10, 56: 1, 57: 2 }

const ticks: readonly Line<Tick, readonly [boolean, number]>[] = asked.map((tick) => {
  if (free[tick] !== undefined) return [`second ${tick}: it may be tried again`, { tick }, [false, 0]]
  const since = Math.max(...Object.keys(free).map(Number).filter((one) => one < tick))
  return [`second ${tick}: it waits, ${free[since]} s in all`, { tick }, [true, free[since] ?? 0]]
})

const backoffs: readonly Table[] = [
  table(backoffSource, 'TestSlowBackoff', steps, [
    ['it doubles up to the longest',
      { initial: 1, max: 50, pauses: often(9, 1) }, [1, 2, 4, 8, 16, 32, 50, 50, 50]],
  ]),
  table(backoffSource, 'TestBackoffReset, TestBackoffHighWaterMark, TestAlternateHasExpiredFunc', steps, [
    ['it begins anew after more than twice the longest',
      { initial: 1, max: 5, pauses: [...often(6, 1), 11] }, [1, 2, 4, 5, 5, 5, 1]],
    ['it stays where it was before that',
      { initial: 1, max: 5, pauses: [...often(6, 1), 6] }, [1, 2, 4, 5, 5, 5, 5]],
    ['a second failure doubles it', { initial: 1, max: 50, pauses: [0, 5] }, [1, 2]],
    ['a late one does not', { initial: 1, max: 50, pauses: [0, 5, 101] }, [1, 2, 1]],
  ]),
  table(backoffSource, 'TestIsInBackOffSinceUpdate', backingOff, ticks),
  table('pkg/kubelet/kuberuntime/kuberuntime_manager_test.go', 'TestDoBackOff',
    ([attempt, isKnown]: readonly [attempt: number | undefined, isKnown: boolean]) => doBackOff(
      isKnown ? { seconds: 1, of: 0, waits: true } : undefined, attempt, isKnown, true,
    ).type, [
      ['a container that has not ended is not held back', [undefined, false], 'start'],
      ['nor is one that has ended for the first time', [0, false], 'start'],
      ['one that is waited out is', [0, true], 'wait'],
    ]),
]

interface Token extends HeldToken {
  readonly now: number
}

const minute = 60
const hour = 3600
const token = (expires: number) => ({ expirationSeconds: expires, expiresAt: expires })

/** Whatever the jitter, upstream's own rows come out the same. */
const renewed = ({ now, ...held }: Token): string =>
  [...new Set([0, 5, 9].map((jitter) => requiresRefresh(held, now, jitter)))].join(' or ')

const tokens = table('pkg/kubelet/token/token_manager_test.go', 'TestRequiresRefresh', renewed, [
  ['10 of 60 minutes have passed', { ...token(60 * minute), now: 10 * minute }, 'false'],
  ['50 of 60 minutes have passed', { ...token(60 * minute), now: 50 * minute }, 'true'],
  ['a day has passed of 60 hours', { ...token(60 * hour), now: 25 * hour }, 'true'],
  ['it has expired', { ...token(60 * minute), now: 70 * minute }, 'true'],
  ['nothing is known of how long it is valid',
    { expirationSeconds: undefined, expiresAt: 60 * minute, now: 0 }, 'false'],
])

const imageSource = 'pkg/kubelet/images/image_manager_test.go'

interface Pulling {
  readonly image: string
  readonly policy: PullPolicy
  readonly isPresent?: boolean
  /** Nobody has shown credentials for it yet, or somebody else has. */
  readonly mustVerify?: boolean
  readonly inspectError?: string
  /** What every pull says. */
  readonly pullError?: string
  /** How often it is asked for, a second apart. */
  readonly times?: number
}

/** What follows each time: upstream's test backs off from 1 s. */
function pulls({ image, policy, isPresent = false, mustVerify = false, inspectError, pullError: error,
  times = 1 }: Pulling): string {
  let held: { readonly until: number; readonly seconds: number; readonly why: string } | undefined
  const seen: string[] = []
  for (let now = 1; now <= times; now++) {
    const heldBack = held !== undefined && now < held.until ? held.why : undefined
    const decision = ensureImageExists(image, policy, {
      isPresent, mustVerify, ...(inspectError === undefined ? {} : { inspectError }),
      ...(heldBack === undefined ? {} : { heldBack }),
    })
    if (decision.type === 'pull' && error !== undefined) {
      const reason = pullError(image, error)
      const wait: number = nextBackoff(held?.seconds, { initial: 1, max: 60 })
      held = { until: now + wait, seconds: wait, why: pullFailure(reason) }
      seen.push(reason.reason)
    } else seen.push(decision.type === 'failed' ? decision.reason.reason : decision.type)
  }
  return seen.join(' ')
}

const identifier = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
const wrong = 'SignatureValidationFailed'
const fails = 'ErrImagePull ErrImagePull ImagePullBackOff ErrImagePull ImagePullBackOff ImagePullBackOff'

const images: readonly Table[] = [
  table(imageSource, 'TestParallelPuller, TestSerializedPuller, TestImagePullPrecheck', pulls, [
    ['missing, IfNotPresent: it is pulled', { image: 'missing_image', policy: 'IfNotPresent' }, 'pull'],
    ['present, IfNotPresent: it is not',
      { image: 'present_image', policy: 'IfNotPresent', isPresent: true, times: 3 },
      'present present present'],
    ['present, Always: it is',
      { image: 'present_image', policy: 'Always', isPresent: true, times: 3 }, 'pull pull pull'],
    ['missing, Never', { image: 'missing_image', policy: 'Never', times: 3 },
      'ErrImageNeverPull ErrImageNeverPull ErrImageNeverPull'],
    ['the runtime cannot be asked',
      { image: 'missing_image', policy: 'IfNotPresent', inspectError: 'unknown inspectError', times: 3 },
      'ImageInspectError ImageInspectError ImageInspectError'],
    ['it cannot be pulled, and is held back ever longer',
      { image: 'typo_image', policy: 'IfNotPresent', pullError: '404', times: 6 }, fails],
    ['no name, by its capitals', { image: 'FAILED_IMAGE', policy: 'Always' }, 'InvalidImageName'],
    ['no name, but an address', { image: 'http://url', policy: 'Always' }, 'InvalidImageName'],
    ['no name, but a digest', { image: identifier, policy: 'Always' }, 'InvalidImageName'],
    ['its signature is wrong',
      { image: 'typo_image', policy: 'IfNotPresent', pullError: 'SignatureValidationFailed', times: 5 },
      `${wrong} ${wrong} ImagePullBackOff ${wrong} ImagePullBackOff`],
  ]),
  table(imageSource, 'TestParallelPuller (KubeletEnsureSecretPulledImages)', pulls, [
    ['present, and nobody has pulled it',
      { image: 'present_image', policy: 'IfNotPresent', isPresent: true, mustVerify: true }, 'pull'],
    ['present, and pulled with a secret that the pod has', { image: 'present_image', policy: 'IfNotPresent', isPresent: true },
      'present'],
    ['present, and pulled with another secret, Never',
      { image: 'present_image', policy: 'Never', isPresent: true, mustVerify: true }, 'ErrImageNeverPull'],
    ['present, pulled with another secret, and the registry refuses', {
      image: 'present_image', policy: 'IfNotPresent', isPresent: true, mustVerify: true, pullError: '401', times: 3,
    }, 'ErrImagePull ErrImagePull ImagePullBackOff'],
  ]),
  table(imageSource, 'TestApplyDefaultImageTag', withDefaultTag, [
    ['a name alone', 'root', 'root:latest'],
    ['a tag', 'root:tag', 'root:tag'],
    ['a digest', `root@sha256:${identifier}`, `root@sha256:${identifier}`],
    ['a tag and a digest', `root:latest@sha256:${identifier}`, `root:latest@sha256:${identifier}`],
    ['the tag latest', 'root:latest', 'root:latest'],
  ]),
  table(imageSource, 'TestEvalCRIPullErr', (error: string) => pullFailure(pullError('test', error)), [
    ['any error', 'test', 'ErrImagePull: test'],
    ['the registry is unavailable', 'RegistryUnavailable',
      'RegistryUnavailable: image pull failed for test because the registry is unavailable'],
    ['the registry is unavailable, and says why', 'RegistryUnavailable: foo',
      'RegistryUnavailable: image pull failed for test because the registry is unavailable: foo'],
    ['the signature is wrong', 'SignatureValidationFailed',
      'SignatureValidationFailed: image pull failed for test because the signature validation failed'],
    ['the signature is wrong, and it is said why', 'SignatureValidationFailed: bar',
      'SignatureValidationFailed: image pull failed for test because the signature validation failed: bar'],
  ]),
]

export const waits: readonly Table[] = [...backoffs, tokens, ...images]
