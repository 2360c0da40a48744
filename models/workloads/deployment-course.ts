/**
 * Models: pkg/controller/deployment/deployment_controller.go (syncDeployment), sync.go, rolling.go, recreate.go,
 *   progress.go: the course of a sync, in upstream's order, from one API call to the next
 * Reads: store and index through the cache, names, progress
 * Writes: nothing (the calls are made by deployment-sync.ts)
 * Omits: the annotation deprecated.deployment.rollback.to
 */
import type { Deployment, ReplicaSet, Status } from '#api/types'
import { isBeingDeleted } from '#api/meta'
import { selectsEverything } from '#api/selectors'
import { equal } from '#kernel/value'
import type { View } from '#machine/view'
import { deploymentComplete, hasProgressDeadline } from './deployment-conditions.js'
import { all, deploymentOf, load, old, setOf, type Memory, type Purpose, type Scaling } from './deployment-memory.js'
import {
  asItShouldBe, created, failedToCreate, found, isOwnNewSet, pausedOrResumed, withCollision, withRevision,
  type Decisions,
} from './deployment-plans.js'
import { findNewReplicaSet, maxRevision, namesOf, newReplicaSet } from './deployment-revisions.js'
import { isScalingEvent } from './deployment-rollout.js'
import { isRollingUpdate, type Scale } from './deployment-sizes.js'

/** How a sync goes on after each of its calls. Every member gives the memory with what comes `next`. */
export class Course {
  constructor(private readonly decisions: Decisions) {}

  begin(view: View, key: string): Memory {
    const memory = load(view, key)
    const { d } = memory
    if (d === undefined) return done(memory)
    if (!selectsEverything(d.spec.selector)) return this.claim(memory, view)
    const generation = d.metadata.generation ?? 0
    if ((d.status.observedGeneration ?? 0) >= generation) return done(memory)
    return { ...memory, next: 'observing', d: { ...d, status: { ...d.status, observedGeneration: generation } } }
  }

  // getReplicaSetsForDeployment: what goes wrong with one set does not keep the others from being claimed

  released(memory: Memory, view: View, refused?: Status): Memory {
    const isRefused = refused !== undefined && refused.reason !== 'NotFound' && refused.reason !== 'Invalid'
    return this.claim({ ...memory, releases: memory.releases.slice(1), failed: memory.failed || isRefused }, view)
  }

  adopted(memory: Memory, view: View, refused?: Status): Memory {
    const [set, ...adoptions] = memory.adoptions
    const sets = refused === undefined && set !== undefined ? [...memory.sets, set] : memory.sets
    const failed = memory.failed || (refused !== undefined && refused.reason !== 'NotFound')
    const rest = { ...memory, adoptions, sets, failed }
    return adoptions.length > 0 ? { ...rest, next: 'adopting' } : this.claimed(rest, view)
  }

  /** Before adopting, an uncached read made sure that the Deployment is still the same, and not on its way out. */
  rechecked(memory: Memory, fresh: Deployment): Memory {
    const isGone = fresh.metadata.uid !== memory.base?.metadata.uid || isBeingDeleted(fresh)
    return { ...memory, next: isGone ? 'failing' : 'adopting' }
  }

  private claim(memory: Memory, view: View): Memory {
    if (memory.releases.length > 0) return { ...memory, next: 'releasing' }
    if (memory.adoptions.length > 0) return { ...memory, next: 'rechecking' }
    return this.claimed(memory, view)
  }

  private claimed(memory: Memory, view: View): Memory {
    if (memory.failed) return { ...memory, next: 'failing' }
    const d = deploymentOf(memory)
    if (isBeingDeleted(d)) return this.revise(memory, view, 'statusOnly')
    const told = pausedOrResumed(d)
    return told === d ? this.choose(memory, view) : { ...memory, d: told, next: 'pausing' }
  }

  choose(memory: Memory, view: View): Memory {
    return this.revise(memory, view, deploymentOf(memory).spec.paused === true ? 'sync' : 'scalingEvent')
  }

  // getAllReplicaSetsAndSyncRevision, getNewReplicaSet

  private revise(memory: Memory, view: View, purpose: Purpose): Memory {
    const d = deploymentOf(memory)
    const newSet = findNewReplicaSet(d, memory.sets)
    const next: Memory = { ...memory, purpose, newSet }
    if (newSet !== undefined) {
      const planned = asItShouldBe(d, newSet, old(next))
      if (planned !== newSet) return { ...next, planned, next: 'updatingReplicaSet' }
      return this.reviseDeployment(next, view, found(d, newSet))
    }
    if (purpose !== 'rolling' && purpose !== 'recreated') return this.revised(next, view)
    const names = namesOf(view, d)
    return { ...next, names, planned: newReplicaSet(d, memory.sets, names), next: 'creating' }
  }

  updatedReplicaSet(memory: Memory, view: View, newSet: ReplicaSet): Memory {
    return this.revised({ ...memory, newSet }, view)
  }

  createdReplicaSet(memory: Memory, view: View, newSet: ReplicaSet): Memory {
    return this.reviseDeployment({ ...memory, newSet }, view, created(deploymentOf(memory), newSet))
  }

  notCreated(memory: Memory, view: View, status: Status): Memory {
    const d = deploymentOf(memory)
    const planned = setOf(memory.planned)
    if (status.reason === 'AlreadyExists') {
      const namesake = view.get('replicasets', `${planned.metadata.namespace}/${planned.metadata.name}`)
      if (namesake === undefined) return { ...memory, next: 'failing' }
      if (!isOwnNewSet(d, namesake)) return { ...memory, d: withCollision(d), next: 'reportingFailure' }
      const revision = String(maxRevision(memory.sets) + 1)
      return this.reviseDeployment({ ...memory, newSet: namesake }, view, withRevision(d, revision))
    }
    if (status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating')) return done(memory)
    if (!hasProgressDeadline(d)) return { ...memory, next: 'failing' }
    return { ...memory, d: failedToCreate(d, planned, status), next: 'reportingFailure' }
  }

  private reviseDeployment(memory: Memory, view: View, d: Deployment): Memory {
    return d === memory.d ? this.revised(memory, view) : { ...memory, d, next: 'updatingRevision' }
  }

  revised(memory: Memory, view: View): Memory {
    const d = deploymentOf(memory)
    switch (memory.purpose) {
      case 'statusOnly': return this.report(memory, view)
      case 'sync': return this.scale(memory, view, 'spreading', this.decisions.spreading(memory))
      case 'rolling': return this.scale(memory, view, 'resizing', this.decisions.resizing(memory))
      case 'recreate': return this.scale(memory, view, 'stopping', this.decisions.stopping(memory))
      case 'recreated': return this.scale(memory, view, 'restoring', this.decisions.restoring(memory))
      case 'scalingEvent': {
        const purpose = isScalingEvent(d, all(memory)) ? 'sync' : isRollingUpdate(d) ? 'rolling' : 'recreate'
        // Upstream brings the sets up to date once more; what was found up to date still is.
        return memory.newSet !== undefined && memory.planned === undefined
          ? this.revised({ ...memory, purpose }, view)
          : this.revise(memory, view, purpose)
      }
    }
  }

  // Sizes

  private scale(memory: Memory, view: View, scaling: Scaling, scales: readonly Scale[], isInvalid = false): Memory {
    const hasScaled = scaling === 'reducing' && memory.hasScaled
    return this.go({ ...memory, scaling, scales, isInvalid, hasScaled }, view)
  }

  scaled(memory: Memory, view: View, set: ReplicaSet): Memory {
    const written = { ...memory.written, [set.metadata.name]: set }
    return this.go({ ...memory, scales: memory.scales.slice(1), written, hasScaled: true }, view)
  }

  /** Upstream swallows what goes wrong while it scales old sets down, and goes on as if nothing had been done. */
  notScaled(memory: Memory, view: View): Memory {
    const isSwallowed = memory.scaling === 'removingUnhealthy' || memory.scaling === 'reducing'
    return isSwallowed ? this.complete(memory, view) : { ...memory, next: 'failing' }
  }

  private go(memory: Memory, view: View): Memory {
    if (memory.scales.length > 0) return { ...memory, next: 'scaling' }
    const { decisions } = this
    switch (memory.scaling) {
      case 'spreading':
        return deploymentOf(memory).spec.paused === true ? this.clean(memory, view) : this.report(memory, view)
      case 'resizing': {
        if (memory.hasScaled) return this.report(memory, view)
        const unhealthy = decisions.removingUnhealthy(memory)
        if (unhealthy === undefined) return this.complete(memory, view)
        return this.scale(memory, view, 'removingUnhealthy', unhealthy.scales, unhealthy.isInvalid)
      }
      case 'removingUnhealthy':
        if (memory.isInvalid) return this.complete(memory, view)
        return this.scale(memory, view, 'reducing', decisions.reducing(memory))
      case 'reducing': return memory.hasScaled ? this.report(memory, view) : this.complete(memory, view)
      case 'stopping':
        if (memory.hasScaled || decisions.hasOldPods(memory)) return this.report(memory, view)
        if (memory.newSet === undefined) return this.revise(memory, view, 'recreated')
        return this.scale(memory, view, 'restoring', decisions.restoring(memory))
      case 'restoring': return this.complete(memory, view)
    }
  }

  // The end of a sync

  private complete(memory: Memory, view: View): Memory {
    const d = deploymentOf(memory)
    return deploymentComplete(d, d.status) ? this.clean(memory, view) : this.report(memory, view)
  }

  private clean(memory: Memory, view: View): Memory {
    return this.tidy({ ...memory, deletions: this.decisions.cleaning(memory) }, view)
  }

  deleted(memory: Memory, view: View, refused?: Status): Memory {
    if (refused !== undefined && refused.reason !== 'NotFound') return { ...memory, next: 'failing' }
    return this.tidy({ ...memory, deletions: memory.deletions.slice(1) }, view)
  }

  private tidy(memory: Memory, view: View): Memory {
    return memory.deletions.length > 0 ? { ...memory, next: 'deleting' } : this.report(memory, view)
  }

  private report(memory: Memory, view: View): Memory {
    const d = deploymentOf(memory)
    const status = this.decisions.estimate(memory, view)
    return equal(status, d.status) ? done(memory) : { ...memory, d: { ...d, status }, next: 'updatingStatus' }
  }
}

const done = (memory: Memory): Memory => ({ ...memory, next: 'done' })
