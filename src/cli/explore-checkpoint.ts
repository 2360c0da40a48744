/** Explorations that were stopped are kept, and taken up again. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InputError } from '#api/manifests/input-error'
import type { Explorer } from '#checker/explore/explore'
import type { Saved } from '#checker/explore/saved'
import { BrokenCheckpoint, readCheckpoint, readHeader, writeCheckpoint, type Header } from './checkpoint.js'
import type { ExploreOptions, Task } from './explore-input.js'
import { memoryFolder } from './memory.js'
import { version } from './version.js'

const sumOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A module's text; what it imports in turn is taken to be the same. */
const textOf = (module: string): string => readFileSync(module, 'utf8')

/** What an exploration is of: two with the same are the same. */
const inputOf = ({ scenario, bounds, claims }: Task, { strategy, compact = false, bitstate = false, controller = [] }: ExploreOptions): Header['input'] => ({
  'the manifests, or what the user does': sumOf(scenario), 'the bounds': sumOf(bounds),
  'the claims': sumOf(claims.map(({ name }) => name)), 'the strategy': sumOf(strategy), '--compact': sumOf(compact),
  '--bitstate': sumOf(bitstate), 'the controllers': sumOf(controller.map(textOf)),
})

export interface Kept {
  readonly file?: string
  readonly problem?: InputError
}

/** Where an exploration is kept, and taken up from. */
export class Checkpoint {
  private readonly input: Header['input']

  constructor(task: Task, private readonly options: ExploreOptions) {
    this.input = inputOf(task, options)
  }

  /** What was saved; why it cannot be gone on from there; neither: it was not asked for. */
  takenUp(): Saved | InputError | undefined {
    const file = this.resumed
    if (file === undefined) return undefined
    const refusal = (code: string, message: string, next: string): InputError =>
      ({ code, file, message, next })
    const anew = 'Explore without --resume; what is kept then takes its place.'
    if (this.isWatched) {
      return refusal('E_CHECKPOINT_OTHER', 'a checkpoint has nothing of the graph and the coverage',
        'Leave out --graph and --coverage, or begin anew without --resume.')
    }
    if (!existsSync(file)) {
      return refusal('E_NO_CHECKPOINT', 'there is no checkpoint',
        'One is kept where an exploration is stopped: explore without --resume.')
    }
    try {
      const { orrery, version: format, input } = readHeader(file)
      if (orrery !== version() || format !== 1) {
        const message = `the checkpoint is of Orrery ${orrery}, this is ${version()}`
        return refusal('E_CHECKPOINT_VERSION', message, anew)
      }
      const other = Object.keys(this.input).filter((what) => input[what] !== this.input[what])
      if (other.length > 0) {
        const message = `the checkpoint is of something else: ${other.join(', ')} differ`
        return refusal('E_CHECKPOINT_OTHER', message, 'Give the same as before, or explore without --resume.')
      }
      return readCheckpoint(file)
    } catch (error) {
      const what = error instanceof BrokenCheckpoint ? 'is broken' : 'cannot be read'
      return refusal('E_CHECKPOINT_BROKEN', `the checkpoint ${what}: ${messageOf(error)}`, anew)
    }
  }

  /** Keeps an exploration that was stopped; why it could not, where it could not: the verdict is the same. */
  keep(explorer: Explorer): Kept {
    if (this.isWatched) return {}
    const file = this.options.checkpoint ?? this.resumed ?? this.place
    try {
      if (this.options.checkpoint === undefined) mkdirSync(memoryFolder, { recursive: true })
      const { input } = this
      const header: Header = { format: 'orrery-exploration', version: 1, orrery: version(), input }
      writeCheckpoint(file, header, explorer.save())
      return { file }
    } catch (error) {
      return { problem: {
        code: 'E_UNWRITABLE', file, message: `the checkpoint could not be kept: ${messageOf(error)}`,
        next: 'Make room, or give --checkpoint another place; '
          + 'the verdict is the same, and what was found is kept.',
      } }
    }
  }

  /** Where it is kept unless something else is said. */
  private get place(): string {
    return join(memoryFolder, `explore-${sumOf(this.input).slice(0, 6)}.checkpoint`)
  }

  /** The file from which to go on; `undefined`: from the beginning. */
  private get resumed(): string | undefined {
    return this.options.resume === true ? this.place : this.options.resume
  }

  /** Whether somebody looks on of whom nothing is saved. */
  private get isWatched(): boolean {
    return this.options.graph !== undefined || this.options.coverage !== undefined
  }
}

export const isRefusal = (taken: Saved | InputError | undefined): taken is InputError =>
  taken !== undefined && 'code' in taken

/** How to go on, in words. */
export const howToGoOn = (file: string, { checkpoint, resume }: ExploreOptions): string =>
  `Kept in ${file}: the same command with --resume${checkpoint === undefined && typeof resume !== 'string' ? '' : ` ${file}`} goes on from there.`
