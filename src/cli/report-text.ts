/** The verdict for a terminal. */
import { pc } from './colours.js'
import { inputText, some } from './input-text.js'
import { loopText } from './loop.js'
import type { Remedy } from './remedies.js'
import { timeline } from './timeline.js'
import { counts, type ReportedViolation, type Severity, type Verdict } from './verdict.js'
import { duration, plural, withoutPreemption, wrap } from './words.js'

function price({ delays, faults, steps, loop }: Violated): string {
  const parts = [
    ...(delays === 0 && faults === 0 ? ['on the prompt order'] : []),
    ...(delays > 0 ? [`with ${plural(delays, 'delay')}`] : []),
    ...(faults > 0 ? [`${delays > 0 ? 'and' : 'with'} ${plural(faults, 'fault')}`] : []),
  ]
  return `${parts.join(' ')}, after ${plural(steps, 'Step')}${loop === undefined ? '' : ' and then for ever'}`
}

/** A file is named once: `orders.yaml:1 (Deployment shop/orders), :24 (Service shop/orders)`. */
const shortened = (places: readonly string[]): readonly string[] => places.map((place, index) => {
  const file = (text: string | undefined): string | undefined => text?.replace(/:\d+( .*)?$/, '')
  return file(place) === file(places[index - 1]) ? place.slice(file(place)?.length) : place
})

const remedyText = ({ field, places, yaml }: Remedy): readonly string[] => [
  pc.dim(wrap(`${some(shortened(places), 4)}, in ${field}:`, '    ')),
  ...yaml.map((line) => `      ${pc.green(line)}`),
]

export type Violated = Omit<ReportedViolation, 'orders'>

export function violationText(violation: Violated, failOn: Severity): string {
  const cross = counts(violation, failOn) ? pc.red('✗') : pc.yellow('!')
  const { objects, places = [], remedy, advice, accepted, trace, loop } = violation
  const lines = [
    `${cross} ${pc.bold(violation.claim)}  ${pc.dim(price(violation))}`,
    wrap(withoutPreemption(violation.message), '  '),
    ...violation.deviations.map((deviation) => wrap(`${deviation.startsWith('fault: ') ? '⚡' : '◷'} ${deviation}`, '  ')),
    ...(violation.timeline.length === 0 ? [] : ['', timeline(violation.timeline)]),
    ...(loop === undefined ? [] : [loopText(loop)]),
    '',
    ...(remedy !== undefined ? [] : places.length > 0 ? [wrap(`Where: ${some(shortened(places), 4)}`, '  ')]
      : objects.length > 1 ? [wrap(`Objects: ${some(objects, 8)}`, '  ')] : []),
    ...(advice === undefined ? [] : [wrap(`${pc.green('Change:')} ${advice}`, '  ')]),
    ...(remedy === undefined ? [] : remedyText(remedy)),
    ...(accepted === undefined ? [] : [wrap(`Accepted in orrery.yaml: ${accepted}`, '  ')]),
    ...(trace === undefined ? [] : [`  ${pc.dim('Replay:')} npx orrery replay ${trace}`]),
  ]
  return lines.join('\n')
}

export function verdictText(verdict: Verdict, failOn: Severity): string {
  const { orders, steps, budgets, violations } = verdict
  const broken = violations.filter((violation) => counts(violation, failOn))
  const blocks = [claimsText(verdict), ...inputText(verdict)]
  const bound = `${plural(budgets.delays, 'delay')} and ${plural(budgets.faults, 'fault')}`
  const tried = `${plural(orders, 'order')} of events, ${plural(steps, 'Step')}, up to ${bound} each, seed ${verdict.seed}`
  const lag = Object.entries(budgets.maxLag).map(([channel, ms]) => `${channel} ${duration(ms)}`).join(', ')
  blocks.push([
    headline(verdict, broken.length, violations.length - broken.length),
    wrap(tried, '  '),
    ...(verdict.cut === 0 ? [] : [wrap(`${plural(verdict.cut, 'order')} reached the limit on Steps, and what would have come after was not judged: try fewer replicas.`, '  ')]),
    pc.dim(wrap(`A delay lasts at most: ${lag}. Not found is not proven: orders outside these bounds were not tried.`, '  ')),
  ].join('\n'))
  return blocks.join('\n\n')
}

const inconclusive = ({ orders, cut }: Verdict): string =>
  (orders === 0 ? 'no order was judged' : orders === cut ? 'no order was judged to its end' : 'no claim was exercised')

function headline(verdict: Verdict, broken: number, passing: number): string {
  const partial = verdict.interrupted ? ' (interrupted: partial verdict)' : ''
  switch (verdict.verdict) {
    case 'pass': {
      const but = passing === 0 ? '' : `, but for ${plural(passing, 'finding')} that may pass`
      return pc.green(`✓ No violation found${but}${partial}`)
    }
    case 'violation': return pc.red(`✗ ${plural(broken, 'finding')}${partial}`)
    case 'inconclusive': return pc.yellow(`? Inconclusive: ${inconclusive(verdict)}${partial}`)
    case 'error': return pc.red('✗ The input was refused')
    default: throw new Error(`unknown verdict ${verdict.verdict satisfies never}`)
  }
}

function claimsText({ claims }: Verdict): string {
  const idle = claims.filter(({ held, exercised }) => held && exercised === 0)
  const met = claims.filter((claim) => !idle.includes(claim))
  const name = Math.max(0, ...met.map(({ claim }) => claim.length))
  const rows = met.map(({ claim, held, exercised }) =>
    `  ${claim.padEnd(name)}  ${held ? pc.green('held  ') : pc.red('broken')}  ${pc.dim(`exercised ${exercised.toLocaleString('en-US')}×`)}`)
  return [
    pc.bold('Claims:'), ...rows,
    ...(idle.length === 0 ? [] : [pc.dim(wrap(`not exercised: ${idle.map(({ claim }) => claim).join(', ')}`, '  '))]),
  ].join('\n')
}
