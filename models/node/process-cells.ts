/**
 * Models: what a node keeps of containers that do what their command says: processes, files, the last they wrote
 * Reads: processes, files, output
 * Writes: nothing
 * Omits: nothing that is observable
 */
import type { Key } from '#kernel/cells'
import type { Tree as Files } from '../container/files/tree.js'
import type { Tree as Processes } from '../container/processes/tree.js'

/** Why a process was started beside a container's own. */
export type Session = 'postStart' | 'preStop'

export interface Running {
  readonly tree: Processes
  /** By process. */
  readonly sessions?: Readonly<Record<string, Session>>
}

/** What the files of a pod hold: its containers' own, which are new with each start, and its volumes. */
export interface PodFiles {
  readonly roots: Readonly<Record<string, Files>>
  readonly volumes: Readonly<Record<string, Files>>
}

/** What a container wrote when it last wrote anything. The rest is in recordings (properties/container-output.ts). */
export interface Output {
  readonly attempt: number
  /** Tells one time from the next, where the same was written again. */
  readonly turn: 0 | 1
  readonly lines: readonly OutputLine[]
}

export interface OutputLine {
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

export const processesKey = (node: string, uid: string, name: string): Key<Running> => `processes|${node}|${uid}|${name}`

export const filesKey = (node: string, uid: string): Key<PodFiles> => `files|${node}|${uid}`

export const outputKey = (node: string, uid: string, name: string): Key<Output> => `output|${node}|${uid}|${name}`
