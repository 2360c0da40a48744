/** The verdict of an exploration for a terminal. */
import { pc } from './colours.js'
import { leftOutText } from './explore-reductions.js'
import { percent, remembered, bytes, within } from './explore-words.js'
import { chanceOfMiss, isMissing, type ExploreVerdict, type Swarmed } from './explore-verdict.js'
import { inputText } from './input-text.js'
import { counts, type Severity } from './verdict.js'
import { duration, plural, withoutPreemption, wrap } from './words.js'

export function exploreText(verdict: ExploreVerdict, failOn: Severity): string {
  return [
    ...verdict.unconfirmed.map(({ claim, message }) => unconfirmedText(verdict, claim, message)),
    claimsText(verdict),
    ...inputText(verdict),
    endText(verdict, failOn),
  ].join('\n\n')
}

function unconfirmedText({ bounds }: ExploreVerdict, claim: string, message: string): string {
  const budgets = `--delays ${Math.max(1, bounds.delays)} --faults ${bounds.faults}`
  return [
    `${pc.yellow('!')} ${pc.bold(claim)}  ${pc.dim('found broken while exploring, but not in the order that leads there')}`,
    wrap(withoutPreemption(message), '  '),
    wrap('What this claim remembers differs by the way on which a World is reached, and only the first way is followed '
      + '(docs/exploring.md). Look for it in many orders:', '  '),
    `    orrery check … --claim ${claim} ${budgets}`,
  ].join('\n')
}

function claimsText({ claims, stopped, unconfirmed, violations }: ExploreVerdict): string {
  const idle = claims.filter(({ held, exercised }) => held && !exercised)
  const met = claims.filter((claim) => !idle.includes(claim))
  const name = Math.max(0, ...met.map(({ claim }) => claim.length))
  const isBroken = (claim: string): boolean => violations.some((violation) => violation.claim === claim)
  const isUnsure = (claim: string): boolean => unconfirmed.some((one) => one.claim === claim)
  const rows = met.map(({ claim }) => `  ${claim.padEnd(name)}  ${
    isBroken(claim) ? pc.red('broken') : isUnsure(claim) ? pc.yellow('unsure') : pc.green(stopped === undefined ? 'held' : 'held so far')}`)
  return [
    pc.bold('Claims:'), ...rows,
    ...(idle.length === 0 ? [] : [pc.dim(wrap(`not exercised: ${idle.map(({ claim }) => claim).join(', ')}`, '  '))]),
  ].join('\n')
}

function endText(verdict: ExploreVerdict, failOn: Severity): string {
  const { stopped, depth, evaluations, bounds, transitions } = verdict
  const [headline, extent] = ending(verdict, failOn)
  const lag = Object.entries(bounds.maxLag).map(([channel, ms]) => `${channel} ${duration(ms)}`).join(', ')
  const advice = stopped === undefined || stopped === 'interrupted' ? [] : [wrap(
    `Explore less: fewer objects, replicas, nodes, delays or faults, one --fault. Or allow more: ${
      stopped === 'exhausted' ? 'NODE_OPTIONS=--max-old-space-size=8192, in MiB.' : `--${stopped}.`
    } "orrery check" samples what is larger.`, '  ')]
  const spared = leftOutText(bounds, verdict.spared)
  return [
    headline,
    ...(extent === undefined ? [] : [wrap(extent, '  ')]),
    ...advice,
    wrap(`${plural(transitions, 'transition')}, at most ${plural(depth, 'action')} deep, ${bytes(verdict.bytes)}; ${
      plural(evaluations, 'Step')} worked out, ${percent(remembered(verdict))} known from other Worlds`, '  '),
    ...(spared === undefined ? [] : [wrap(spared, '  ')]),
    ...(verdict.compact || verdict.bitstate ? [wrap(missedText(verdict), '  ')] : []),
    pc.dim(wrap(bounds.delays === 0 ? 'Orders with delays were not explored: --delays 1.'
      : `A delay lasts at most: ${lag}. Nothing is said of orders outside these bounds.`, '  ')),
  ].join('\n')
}

/** What it is worth that Worlds were not kept whole. */
function missedText(verdict: ExploreVerdict): string {
  const { swarm } = verdict
  const kept = swarm !== undefined ? swarmText(swarm) : verdict.bitstate ? 'Three bits were kept of each World' : 'Worlds were told apart by 64 bits of them'
  if (swarm !== undefined && verdict.stopped !== undefined) return `${kept} (docs/exploring.md).`
  if (isMissing(verdict)) return `${kept}: ${aboutMissed(verdict)} (docs/exploring.md).`
  const chance = chanceOfMiss(verdict.missed)
  const odds = chance < 1e-15 ? 'less than 1 in 10^15' : `about 1 in ${rounded(1 / chance)}`
  return `${kept}: the chance that one was missed is ${odds} (docs/exploring.md).`
}

function swarmText(swarm: readonly Swarmed[]): string {
  const worlds = swarm.map((one) => one.worlds)
  const [least, most] = [Math.min(...worlds), Math.max(...worlds)].map((count) => count.toLocaleString('en-US'))
  const ended = swarm.filter(({ stopped }) => stopped === undefined).length
  return `${swarm.length === 1 ? 'One search' : `${swarm.length} searches in other orders`} met ${least === most ? least : `${least} to ${most}`} Worlds${
    swarm.length === 1 ? '' : ' each'}, ${ended === 0 ? 'none' : ended} came to the end, three bits were kept of each World`
}

const rounded = (number: number): string => Number(number.toPrecision(2)).toLocaleString('en-US')

const aboutMissed = ({ missed }: ExploreVerdict): string =>
  (missed < 2 ? 'a World was probably taken for another one, and missed' : `some ${rounded(missed)} Worlds were probably taken for others, and missed`)

/** The headline, and how much was explored where that does not say it. */
function ending(verdict: ExploreVerdict, failOn: Severity): readonly [headline: string, extent?: string] {
  const { violations, unconfirmed, stopped } = verdict
  const counting = violations.filter((violation) => counts(violation, failOn)).length
  const passing = violations.length - counting
  const extent = explored(verdict)
  switch (verdict.verdict) {
    case 'pass': {
      const held = passing === 0 ? 'every claim held' : `every claim held, but for ${plural(passing, 'finding')} that may pass`
      return [pc.green(`✓ ${extent}: ${held}`)]
    }
    case 'violation': return [pc.red(`✗ ${plural(counting, 'finding')}`), stopped === undefined ? `${extent} were explored` : extent]
    case 'inconclusive': {
      if (stopped !== undefined) return [pc.yellow(`? Inconclusive: ${reason(verdict)}`), reached(verdict)]
      if (isMissing(verdict)) return [pc.yellow(`? Inconclusive: ${aboutMissed(verdict)}`), `${extent} but those were explored`]
      const why = unconfirmed.length > 0 ? `${plural(unconfirmed.length, 'finding')} could not be confirmed` : 'no claim was exercised'
      return [pc.yellow(`? Inconclusive: ${why}`), `${extent} were explored`]
    }
    case 'error': return [pc.red('✗ The input was refused')]
    default: throw new Error(`unknown verdict ${verdict.verdict satisfies never}`)
  }
}

function explored(verdict: ExploreVerdict): string {
  const { worlds, bounds, stopped } = verdict
  if (stopped === undefined) return `All ${plural(worlds, 'World')} ${within(bounds)}`
  const why = reason(verdict)
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}: ${reached(verdict)}`
}

const reached = ({ worlds, expanded, bounds }: ExploreVerdict): string =>
  `${plural(worlds, 'World')} ${within(bounds)} reached, ${expanded.toLocaleString('en-US')} of them expanded; nothing is said of the others`

function reason({ stopped, limits: { memory, worlds = 0, time = 0 } }: ExploreVerdict): string {
  switch (stopped) {
    case 'memory': return `stopped at the memory limit (${bytes(memory)})`
    case 'worlds': return `stopped at the limit of ${plural(worlds, 'World')}`
    case 'time': return `stopped after ${duration(time)}`
    case 'exhausted': return 'stopped because this process has no more memory'
    case 'interrupted': return 'interrupted'
    case undefined: return ''
    default: throw new Error(`unknown stop ${stopped satisfies never}`)
  }
}
