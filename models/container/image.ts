/**
 * Models: what an image says of itself (OCI image-spec config.md), and what is known of the programs in it
 * Reads: nothing
 * Writes: nothing
 * Omits: layers and their sizes, labels, platforms, health checks of Docker's, which Kubernetes does not see
 */
import type { Profile } from '../node/profile.js'

/** An answer to GET, from a time after the program's start until another. A path that is not listed: 404. */
export interface HttpAnswer {
  /** As in `listens`, before a flag or a variable has moved it. */
  readonly port: number
  /** `/healthz`; with a star at its end, all that begins so. */
  readonly path: string
  /** 200 where absent. */
  readonly code?: number
  readonly body?: string
  /** Where a redirect (301, 302, 303, 307, 308) leads to. */
  readonly location?: string
  readonly afterSeconds?: number
  readonly untilSeconds?: number
}

/** A TCP port, and what moves it: a flag (`--port=80`, `--port 80`), a variable, or an argument. */
export interface Listening {
  readonly port: number
  readonly flag?: string
  readonly env?: string
  /** 0 is the first word after `command`. */
  readonly argument?: number
}

/** How a program behaves that is started with these words. */
export interface Run {
  /** The program's name and its first arguments; the first that fits counts. Empty fits everything. */
  readonly command: readonly string[]
  readonly listens?: readonly Listening[]
  readonly http?: readonly HttpAnswer[]
  readonly profile?: Profile
  /** Without any of these variables it ends at once, with 1. */
  readonly needsOneOf?: readonly string[]
  /** With which code it ends when it is stopped by its signal. */
  readonly stopExitCode?: number
  /** What it says first. */
  readonly log?: readonly string[]
}

export interface Image {
  readonly entrypoint?: readonly string[]
  readonly cmd?: readonly string[]
  readonly env?: { readonly [name: string]: string }
  /** Root where absent. */
  readonly user?: string
  readonly workingDir?: string
  readonly exposedPorts?: readonly number[]
  readonly volumes?: readonly string[]
  /** SIGTERM where absent. */
  readonly stopSignal?: string
  /** Programs worth knowing, by path; an empty list says that there is none beside its own: no shell. */
  readonly programs?: readonly string[]
  /** Other files worth knowing: what they say, by path. */
  readonly files?: { readonly [path: string]: string }
  readonly runs?: readonly Run[]
  /** Other names of the same image. */
  readonly aliases?: readonly string[]
  /** Where this is known from. */
  readonly source?: string
  /** What is assumed and not known. */
  readonly note?: string
}

/** By name, tag or digest where they matter, as `imageName` writes it; `…*` is all that begins so. */
export interface Catalogue { readonly [name: string]: Image }
