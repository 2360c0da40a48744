/**
 * Models: every program that Orrery knows, by name
 * Reads: nothing
 * Writes: nothing
 * Omits: what is not listed
 */
import type { Program, Start, Utility } from '../../processes/requests.js'
import { step } from '../step.js'
import { shellFrom } from '../machine.js'
import { awk } from './awk.js'
import { tail, tee, yes } from './following.js'
import { grep } from './grep.js'
import { image, pause } from './image.js'
import { init } from './init.js'
import { lines } from './lines.js'
import { sed } from './sed.js'
import { sh } from './sh.js'
import { streams } from './streams.js'
import { tr } from './tr.js'
import { utilities } from './utilities.js'

const once = (utility: Utility): Program => function* (memory) {
  const { argv, env } = memory as unknown as Start // a utility has no other memory
  return { exit: yield* utility(argv.slice(1), env) }
}

const programs: Readonly<Record<string, Program>> = {
  ...Object.fromEntries(Object.entries(utilities).map(([name, utility]) => [name, once(utility)])),
  ...streams, ...lines, awk, sed, tail, tee, tr, yes, pause,
  grep: grep(''), egrep: grep('E'), fgrep: grep('F'),
  tini: init, 'dumb-init': init, 'docker-init': init,
  sh, bash: sh, ash: sh, dash: sh,
  // Two that no word names: a shell on its way, and a program that the image describes.
  '(shell)': (memory) => step(shellFrom(memory)), '(image)': image,
}

export const programNamed = (name: string): Program | undefined =>
  Object.hasOwn(programs, name) ? programs[name] : undefined

/** As a script may name them. */
export const programNames: readonly string[] = Object.keys(programs).filter((name) => !name.startsWith('('))
