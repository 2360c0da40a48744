/** The verdict for a terminal. */
import pc from 'picocolors'
import type { Told } from '#trace/explain'
import { counts, type ReportedViolation, type Severity, type Verdict } from './verdict.js'

const width = 110

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 1)} s`

export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`

/** Breaks a text at spaces into lines of at most `columns`, each indented. */
export function wrap(text: string, indent: string, columns = width): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  if (line !== '') lines.push(indent + line)
  return lines.join('\n')
}

const marks = { late: pc.yellow('◷'), fault: pc.red('⚡'), user: pc.cyan('▸'), broken: pc.red('✗') } as const

/** The timeline: time, lane, what happened. The same time or lane as the line above is left blank. */
export function timeline(told: readonly Told[], most = 40): string {
  const shown = told.length <= most ? told : [...told.slice(0, 12), undefined, ...told.slice(told.length - most + 13)]
  const lane = Math.min(34, Math.max(8, ...told.map((line) => line.lane.length)))
  let last = { at: -1, lane: '' }
  const rows = shown.map((line) => {
    if (line === undefined) return pc.dim(`      …  ${told.length - most + 1} lines left out (see the trace)`)
    const at = line.at === last.at ? '' : seconds(line.at)
    const who = line.at === last.at && line.lane === last.lane ? '' : line.lane
    last = { at: line.at, lane: line.lane }
    const head = `${at.padStart(9)}  ${line.mark === undefined ? ' ' : marks[line.mark]} ${pc.dim(who.padEnd(lane))}  `
    const indent = ' '.repeat(15 + lane)
    const text = wrap(line.text, indent, Math.max(width, indent.length + 50)).trimStart()
    return head + (line.mark === 'broken' ? pc.red(text) : text)
  })
  return rows.join('\n')
}

function price({ delays, faults, steps }: ReportedViolation): string {
  const parts = [
    ...(delays === 0 && faults === 0 ? ['on the prompt order'] : []),
    ...(delays > 0 ? [`with ${plural(delays, 'delay')}`] : []),
    ...(faults > 0 ? [`${delays > 0 ? 'and' : 'with'} ${plural(faults, 'fault')}`] : []),
  ]
  return `${parts.join(' ')}, after ${plural(steps, 'Step')}`
}

export function violationText(violation: ReportedViolation, failOn: Severity): string {
  const cross = counts(violation, failOn) ? pc.red('✗') : pc.yellow('!')
  const lines = [
    `${cross} ${pc.bold(violation.claim)}  ${pc.dim(price(violation))}`,
    wrap(violation.message, '  '),
    ...violation.deviations.map((deviation) => wrap(`◷ ${deviation}`, '  ')),
    ...(violation.timeline.length === 0 ? [] : ['', timeline(violation.timeline)]),
    '',
    ...(violation.objects.length > 1 ? [wrap(`Objects: ${violation.objects.slice(0, 12).join(', ')}${violation.objects.length > 12 ? ', …' : ''}`, '  ')] : []),
    ...(violation.advice === undefined ? [] : [wrap(`${pc.green('Change:')} ${violation.advice}`, '  ')]),
    ...(violation.accepted === undefined ? [] : [wrap(`Accepted in orrery.yaml: ${violation.accepted}`, '  ')]),
    ...(violation.trace === undefined ? [] : [`  ${pc.dim('Replay:')} npx orrery replay ${violation.trace}`]),
  ]
  return lines.join('\n')
}

export function verdictText(verdict: Verdict, failOn: Severity): string {
  const { orders, steps, budgets, violations } = verdict
  const broken = violations.filter((violation) => counts(violation, failOn))
  const blocks: string[] = []
  blocks.push(claimsText(verdict))
  if (verdict.notModelled.length > 0) {
    blocks.push([
      pc.bold('Accepted, not modelled:'),
      ...verdict.notModelled.map(({ kind, field, count }) =>
        `  ${kind}${field === undefined ? '' : ` ${field}`}  ${pc.dim(`× ${count}`)}`),
    ].join('\n'))
  }
  const bound = `${plural(budgets.delays, 'delay')} and ${plural(budgets.faults, 'fault')}`
  const tried = `${plural(orders, 'order')} of events, ${plural(steps, 'Step')}, up to ${bound} each, seed ${verdict.seed}`
  const lag = Object.entries(budgets.maxLag).map(([channel, ms]) => `${channel} ${seconds(ms)}`).join(', ')
  blocks.push([
    headline(verdict, broken.length),
    wrap(tried, '  '),
    pc.dim(wrap(`A delay lasts at most: ${lag}. Not found is not proven: orders outside these bounds were not tried.`, '  ')),
  ].join('\n'))
  return blocks.join('\n\n')
}

function headline(verdict: Verdict, broken: number): string {
  const partial = verdict.interrupted ? ' (interrupted: partial verdict)' : ''
  switch (verdict.verdict) {
    case 'pass': return pc.green(`✓ No violation found${partial}`)
    case 'violation': return pc.red(`✗ ${plural(broken, 'finding')}${partial}`)
    case 'inconclusive': return pc.yellow(`? Inconclusive: ${verdict.orders === 0 ? 'no order was judged' : 'no claim was exercised'}${partial}`)
    case 'error': return pc.red('✗ The input was refused')
    default: throw new Error(`unknown verdict ${verdict.verdict satisfies never}`)
  }
}

function claimsText({ claims }: Verdict): string {
  const name = Math.max(...claims.map(({ claim }) => claim.length))
  const rows = claims.map(({ claim, held, exercised }) => {
    const state = !held ? pc.red('broken') : exercised === 0 ? pc.dim('not exercised') : pc.green('held')
    const times = exercised === 0 ? '' : pc.dim(`exercised ${exercised.toLocaleString('en-US')}×`)
    return `  ${claim.padEnd(name)}  ${state}${held && exercised > 0 ? ' '.repeat(11) : ''}  ${times}`.trimEnd()
  })
  return [pc.bold('Claims:'), ...rows].join('\n')
}
