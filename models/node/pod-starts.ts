/**
 * Models: pkg/kubelet/kuberuntime/kuberuntime_manager.go (SyncPod, steps 2 to 9), kuberuntime_container.go
 *   (startContainer)
 * Reads: store, elsewhere, store through the cache, sandbox, container, files, images, chart, deadlines
 * Writes: nothing (it says what is to be done)
 * Omits: image volumes
 */
import type { Container as ContainerSpec, Pod } from '#api/types'
import { pullPolicyOf } from '#api/images'
import { isRestartableInitContainer } from '#api/pods'
import { chartKey, timerKey } from '#machine/chart'
import type { View } from '#machine/view'
import { crashRecovery, doBackOff, failedPull, goDuration } from './backoff.js'
import { imagesKey, nodeName, podOwner } from './cells.js'
import { environmentProblem } from './config-sources.js'
import type { Reason } from './container-statuses.js'
import { envFileProblem } from './env-files.js'
import { hookSeconds, mustAwait } from './hooks.js'
import { ensureImageExists, pullError, pullFailure, withDefaultTag } from './image-decision.js'
import { pullOwner } from './image-pull.js'
import { lookAtNode, type Look, type Plan, type PodMemory } from './pod-memory.js'
import { says as say } from './pod-says.js'
import { specOf } from './probe-decisions.js'
import { mustVerifyOn, pullSecretsFor, type PullSecret } from './pull-secrets.js'
import { profileOf, type FullProfile } from './profile.js'
import { isProgram } from './programs.js'
import { brokenStart, type BrokenStart } from './runtime-start.js'
import type { Outcome, Saying } from './stage.js'

/** A sync that failed is followed by another one after so many milliseconds, whatever else happens. */
export const retrySoon = say.arm({ name: 'retry', ms: 10_000 })

/** One container's turn to be started. */
type Turn =
  | { readonly type: 'started'; readonly profile: FullProfile; readonly hookMs: number | 'runs' | undefined }
  | { readonly type: 'pulls'; readonly profile: FullProfile; readonly fails: boolean; readonly secret?: PullSecret }
  | { readonly type: 'failed'; readonly reason: Reason }
  /** The runtime cannot start it. */
  | { readonly type: 'broken'; readonly profile: FullProfile; readonly broken: BrokenStart }

/**
 * The worker has nothing to wait for. What was done in the sync, or came up during it, is looked at once
 * more.
 */
export function rest(acted: boolean, says: Saying[]): Partial<PodMemory> {
  if (acted) says.push(say.arm({ name: 'relist', ms: 0 }))
  return { next: 'rest', plan: undefined, answered: undefined, acted: false, pending: false }
}

/**
 * Goes on with a sync: whatever can be done at once is done, in upstream's order, until something has to be
 * waited for.
 */
export function advance(
  view: View, pod: Pod, look: Look, memory: PodMemory, plan: Plan, says: Saying[],
): Outcome<PodMemory> {
  const { uid, name } = memory
  if (plan.resets === true) {
    says.push(say.resetContainers({ uid, name }))
    return { memory: rest(true, says), says }
  }
  if (plan.stopsSandbox) says.push(say.stopSandbox({ uid, name }))
  if (plan.createsSandbox) {
    says.push(say.createSandbox({ uid, name, pod, attempt: plan.attempt, cidrs: lookAtNode(view).cidrs }))
  }
  const round = new Round(view, pod, look, memory, says)
  const [left, waits] = round.startAll(plan.starts)
  const acted = memory.acted || plan.stopsSandbox || plan.createsSandbox || round.acted
  if (waits === undefined) {
    return { memory: { ...round.changes, ...rest(acted || memory.pending, says) }, says }
  }
  const later = { ...plan, kills: [], stopsSandbox: false, createsSandbox: false, starts: left }
  return { memory: { ...round.changes, next: waits, plan: later, answered: undefined, acted }, says }
}

const usualPullError = (image: string, { needsPullSecret }: FullProfile): string =>
  `failed to pull image "${image}"${needsPullSecret === true ? ': 401 Unauthorized' : ''}`

class Round {
  readonly changes: {
    reasons?: PodMemory['reasons']; crashes?: PodMemory['crashes']; pulls?: PodMemory['pulls']; hooked?: string
  } = {}
  acted = false
  private answered: PodMemory['answered']

  constructor(
    private readonly view: View, private readonly pod: Pod, private readonly look: Look,
    private readonly memory: PodMemory, private readonly says: Saying[],
  ) {
    this.answered = memory.answered
  }

  /** Starts one after the other; what is left, and what has to be waited for. */
  startAll(names: readonly string[]): readonly [
    left: readonly string[], waits: 'image' | 'hook' | undefined
  ] {
    const { uid, name: podName } = this.memory
    for (let i = 0; i < names.length; i++) {
      const name = names[i] ?? ''
      const spec = specOf(this.pod, name)
      if (spec === undefined) continue
      const turn = this.start(spec)
      this.answered = undefined
      switch (turn.type) {
        case 'pulls': {
          const ms = turn.profile.pullSeconds * 1000
          const secret = turn.secret === undefined ? {} : { secret: turn.secret }
          this.says.push(say.pullImage({ uid, name: podName, image: spec.image, ms, fails: turn.fails, ...secret }))
          return [names.slice(i), 'image']
        }
        case 'failed':
          this.failed(name, turn.reason)
          if (this.isPlainInit(name)) return [[], undefined]
          break
        case 'broken': {
          const { profile, broken } = turn
          this.says.push(say.startContainer({ uid, name: podName, pod: this.pod, spec, profile, broken }), retrySoon)
          const reason = broken.at === 'create' ? 'CreateContainerError' : 'RunContainerError'
          this.failed(name, { reason, message: broken.message })
          if (this.isPlainInit(name)) return [[], undefined]
          break
        }
        case 'started':
          this.acted = true
          this.succeeded(name)
          this.says.push(
            say.startContainer({ uid, name: podName, pod: this.pod, spec, profile: turn.profile }),
          )
          if (turn.hookMs !== undefined) {
            this.says.push(turn.hookMs === 'runs'
              ? say.postStart({ uid, name: podName, pod: this.pod, spec })
              : say.arm({ name: 'hooked', ms: turn.hookMs }))
            this.changes.hooked = name
            return [names.slice(i + 1), 'hook']
          }
          break
      }
    }
    return [[], undefined]
  }

  private start(spec: ContainerSpec): Turn {
    const { answered } = this
    if (answered === undefined) {
      const held = this.holdBack(spec)
      if (held !== undefined) return { type: 'failed', reason: held }
    }
    const profile = profileOf(this.view.cells, this.pod, spec)
    if (answered === 'failed') return { type: 'failed', reason: this.pullFailed(spec.image, profile) }
    const pull = answered === 'pulled' ? undefined : this.imageFor(spec, profile)
    if (pull !== undefined) return pull
    const message = environmentProblem(this.view.cells, this.pod, spec)
      ?? envFileProblem(this.view.cells, nodeName(this.view.process), this.pod, spec)
    if (message !== undefined) {
      this.says.push(retrySoon)
      return { type: 'failed', reason: { reason: 'CreateContainerConfigError', message } }
    }
    const broken = this.brokenStart(spec, profile)
    if (broken !== undefined) return { type: 'broken', profile, broken }
    const hook = spec.lifecycle?.postStart
    if (hook?.exec !== undefined && isProgram(this.view.cells, this.pod, spec)) return { type: 'started', profile, hookMs: 'runs' }
    const seconds = hook === undefined ? 0 : hookSeconds(hook, spec, profile.postStartSeconds)
    const attempt = (this.look.container(spec.name)?.attempt ?? -1) + 1
    const isAwaited = hook !== undefined && mustAwait(seconds, profile, attempt)
    return { type: 'started', profile, hookMs: isAwaited ? seconds * 1000 : undefined }
  }

  private brokenStart(spec: ContainerSpec, profile: FullProfile): BrokenStart | undefined {
    const { cells, process } = this.view
    return brokenStart(cells, process, profile, this.look.container(spec.name), spec.command?.[0] ?? spec.image)
  }

  /** The crash loop's back-off; `undefined` where the container may be started. */
  private holdBack({ name }: ContainerSpec): Reason | undefined {
    const container = this.look.container(name)
    if (container?.state !== 'exited') return undefined
    const { cells, process } = this.view
    const timer = (what: string): string => timerKey(process, podOwner(this.memory.uid), `${what}.${name}`)
    const step = doBackOff(
      this.memory.crashes[name], container.attempt, cells.pending(timer('backoff')),
      cells.pending(timer('stable')),
    )
    const crash = step.type === 'start' ? step.next : step.begins
    if (crash !== undefined) {
      this.changes.crashes = { ...this.changes.crashes ?? this.memory.crashes, [name]: crash }
      this.says.push(step.type === 'start'
        ? say.arm({ name: `stable.${name}`, ms: crashRecovery })
        : say.arm({ name: `backoff.${name}`, ms: step.seconds * 1000 }))
    }
    if (step.type === 'start') return undefined
    const { metadata } = this.pod
    return {
      reason: 'CrashLoopBackOff',
      message: `back-off ${goDuration(step.seconds)} restarting failed container=${name} ` +
        `pod=${metadata.name}_${metadata.namespace}(${metadata.uid})`,
    }
  }

  /** EnsureImageExists; `undefined` where the image is there. */
  private imageFor({ image, imagePullPolicy }: ContainerSpec, profile: FullProfile): Turn | undefined {
    const { cells, process } = this.view
    const isPresent = cells.read(imagesKey(nodeName(process)))?.includes(withDefaultTag(image)) === true
    const isPrivate = profile.needsPullSecret === true
    const secrets = isPrivate ? pullSecretsFor(cells, this.pod, image) : []
    const mustVerify = isPrivate && isPresent && mustVerifyOn(cells, nodeName(process), image, secrets)
    const failed = this.memory.pulls[image]
    const isHeldBack = failed !== undefined
      && cells.pending(timerKey(process, podOwner(this.memory.uid), `pull.${image}`))
    const policy = imagePullPolicy ?? pullPolicyOf(image)
    const known = { isPresent, mustVerify }
    const heldBack = isHeldBack ? { heldBack: pullFailure(failed) } : {}
    const decision = ensureImageExists(image, policy, { ...known, ...heldBack })
    if (decision.type === 'failed') return decision
    if (decision.type === 'present') return undefined
    const { pullFails } = profile
    const [secret] = secrets
    const fails = pullFails === true || (isPrivate && secret === undefined)
      || (typeof pullFails === 'number' && (failed?.count ?? 0) < pullFails)
    const isIdle = cells.read(chartKey(process, pullOwner)) === undefined
    if (isPresent && isIdle && !fails && !isPrivate) return undefined
    return { type: 'pulls', profile, fails, ...(secret === undefined ? {} : { secret }) }
  }

  private pullFailed(image: string, profile: FullProfile): Reason {
    const { reason, message } = pullError(image, profile.pullError ?? usualPullError(image, profile))
    const failed = failedPull(this.memory.pulls[image], message, reason)
    this.changes.pulls = { ...this.memory.pulls, [image]: failed }
    this.says.push(say.arm({ name: `pull.${image}`, ms: failed.seconds * 1000 }))
    return { reason, message }
  }

  private failed(name: string, reason: Reason): void {
    const before = this.changes.reasons ?? this.memory.reasons
    // The next sync tells of it; it follows at once, as it does upstream after any other event of the pod.
    if (before[name]?.reason !== reason.reason) this.acted = true
    this.changes.reasons = { ...before, [name]: reason }
  }

  private succeeded(name: string): void {
    const before = this.changes.reasons ?? this.memory.reasons
    if (before[name] === undefined) return
    const { [name]: _, ...others } = before
    this.changes.reasons = others
  }

  private isPlainInit(name: string): boolean {
    const found = this.pod.spec.initContainers?.find((one) => one.name === name)
    return found !== undefined && !isRestartableInitContainer(found)
  }
}
