/**
 * Models: what containers do, which Kubernetes cannot know: how long they start, whether they exit, what they
 *   answer
 * Reads: profile, the pod's annotation orrery.dev/profile
 * Writes: nothing
 * Omits: nothing that is observable; what commands do is models/node/programs.ts
 */
import { key, type Cells, type Key } from '#kernel/cells'
import type { Json, Pod, QuantityText } from '#api/types'
import type { Answering } from './cells.js'
import { decodeProfile, decodeProfileText, type DecodedProfile } from './profile-codec.js'

export type ProbeKind = 'startup' | 'readiness' | 'liveness'

/** What a probe is answered from a time after the container's start on; `hangs`: nothing, until it times out. */
export interface AnswerFrom {
  readonly afterSeconds: number
  readonly answer: Answering
}

export interface Exits {
  /** After the container's start. */
  readonly afterSeconds: number
  /** 0 where absent. */
  readonly code?: number
  /** What it writes to its terminationMessagePath before it ends, and the last that it logs. */
  readonly message?: string
  readonly logs?: string
  /** Killed by the kernel for want of memory: exit code 137, reason OOMKilled. */
  readonly oom?: boolean
  /** Only the first so many starts end this way; every one where absent. */
  readonly times?: number
}

/** The steps by which a container is started (models/node/runtime-start.ts). */
export type StartStep = 'create' | 'namespaces' | 'cgroup' | 'rootfs' | 'root' | 'exec'

export interface StartFails {
  readonly at: StartStep
  /** What the runtime says; its own words for that step where absent. */
  readonly message?: string
  /** Only the first so many starts fail; every one where absent. */
  readonly times?: number
}

/** What a container uses from a time after its start on: bytes as a quantity, `300Mi`. */
export interface UseFrom {
  readonly afterSeconds: number
  readonly amount: QuantityText
}

/** How a container behaves. What is absent is as in `defaultProfile`. */
export interface Profile {
  /** From the container's start until its application listens and answers. */
  readonly startSeconds?: number
  /** How long it takes to pull the image on a node that does not have it. */
  readonly pullSeconds?: number
  /** Every pull of the image fails, or the first so many of each pod. */
  readonly pullFails?: boolean | number
  /** Its registry gives the image only to who shows credentials for it: an imagePullSecret of the pod. */
  readonly needsPullSecret?: boolean
  /** What the runtime says of a pull that fails; a known reason may come first: `RegistryUnavailable: …`. */
  readonly pullError?: string
  /** What the image takes on a node's disk; read of profiles by image alone. Where absent, nothing, and it stays there. */
  readonly imageSize?: QuantityText
  /** The ports on which it listens; where absent, its containerPorts and the ports that its probes ask. */
  readonly listens?: readonly number[]
  /** The runtime cannot start it. */
  readonly startFails?: StartFails
  /** It ends by itself. */
  readonly exits?: Exits
  readonly probes?: Readonly<Partial<Record<ProbeKind, readonly AnswerFrom[]>>>
  /** From SIGTERM until it accepts no more connections. */
  readonly closesListenerAfterSeconds?: number
  /** From SIGTERM until the process is gone. */
  readonly exitsAfterSigtermSeconds?: number
  readonly ignoresSigterm?: boolean
  /** Its working set: from the start on, or in steps. Where absent, it is taken to use what it asks for. */
  readonly memory?: QuantityText | readonly UseFrom[]
  /** Its files and logs; where absent, nothing worth counting. */
  readonly disk?: QuantityText | readonly UseFrom[]
  /** How long hooks take; where absent, as long as they sleep. */
  readonly preStopSeconds?: number
  readonly postStartSeconds?: number
  /** Its postStart hook fails, or does at the first so many starts. */
  readonly postStartFails?: boolean | number
}

/** A profile for each container of a pod, and what differs for some of them. */
export interface PodProfile extends Profile {
  readonly containers?: Readonly<Record<string, Profile>>
}

/** What has no usual value. */
type Unspecified =
  | 'needsPullSecret' | 'pullError' | 'imageSize' | 'listens' | 'startFails' | 'exits' | 'probes' | 'memory' | 'disk'
  | 'preStopSeconds' | 'postStartSeconds' | 'postStartFails'

export type FullProfile =
  Profile & Required<Omit<Profile, Unspecified>>

/** A container that behaves well. */
export const defaultProfile: FullProfile = {
  startSeconds: 1,
  pullSeconds: 1,
  pullFails: false,
  closesListenerAfterSeconds: 0,
  exitsAfterSigtermSeconds: 0,
  ignoresSigterm: false,
}

/** How many of a container's starts are told from all later ones. */
export const timesIn = ({ exits, startFails, postStartFails }: Profile): number =>
  Math.max(exits?.times ?? 0, startFails?.times ?? 0, typeof postStartFails === 'number' ? postStartFails : 0)

/** An init container that behaves well: it does its work and ends. */
const initProfile: FullProfile = { ...defaultProfile, exits: { afterSeconds: 1, code: 0 } }

export const profileKey = (image: string): Key<Profile> => key('profile', image)

export const profileAnnotation = 'orrery.dev/profile'

// Caches of a pure function of immutable objects: annotations are parsed once, and again only after some hundred others.
const parsed = new WeakMap<object, PodProfile>()
const parsedTexts = new Map<string, PodProfile>()

function profileIn(text: string): PodProfile {
  const known = parsedTexts.get(text)
  if (known !== undefined) return known
  const profile = decoded(text).profile ?? {} // input is checked where it is read
  if (parsedTexts.size >= 256) parsedTexts.clear()
  parsedTexts.set(text, profile)
  return profile
}

/** JSON is read as such: a reader of YAML takes fifty times as long. */
function decoded(text: string): DecodedProfile<PodProfile> {
  if (!text.startsWith('{')) return decodeProfileText(text)
  try {
    return decodeProfile(JSON.parse(text) as Json, profileAnnotation) // JSON.parse gives nothing else
  } catch {
    return decodeProfileText(text)
  }
}

function annotated(pod: Pod): PodProfile | undefined {
  const { annotations } = pod.metadata
  const text = annotations?.[profileAnnotation]
  if (annotations === undefined || text === undefined) return undefined
  let profile = parsed.get(annotations)
  if (profile === undefined) {
    profile = profileIn(text)
    parsed.set(annotations, profile)
  }
  return profile
}

/**
 * How one container of a pod behaves: its own entry in the annotation, then the annotation's, then its
 * image's.
 */
export function profileOf(
  cells: Cells, pod: Pod, container: { readonly name: string; readonly image: string },
): FullProfile {
  const image = cells.read(profileKey(container.image))
  const own = annotated(pod)
  const usual = mustEnd(pod, container.name) ? initProfile : defaultProfile
  if (image === undefined && own === undefined) return usual
  return { ...usual, ...image, ...own, ...own?.containers?.[container.name] }
}

/** What a profile may say of pulls alone: the container does what its command says all the same. */
const ofPulls: ReadonlySet<string> = new Set(['pullSeconds', 'pullFails', 'pullError', 'imageSize', 'memory', 'disk', 'startFails', 'containers'])

const isOfBehaviour = (profile: Profile | undefined): boolean =>
  profile !== undefined && Object.keys(profile).some((name) => !ofPulls.has(name))

/** Whether somebody says what the container does once it is started. */
export function saysHowItBehaves(
  cells: Cells, pod: Pod, container: { readonly name: string; readonly image: string },
): boolean {
  const own = annotated(pod)
  return isOfBehaviour(cells.read(profileKey(container.image))) || isOfBehaviour(own)
    || isOfBehaviour(own?.containers?.[container.name])
}

/** An init container that is no sidecar has to end before the pod goes on. */
const mustEnd = ({ spec }: Pod, name: string): boolean =>
  (spec.initContainers ?? []).some((init) => init.name === name && init.restartPolicy !== 'Always')
