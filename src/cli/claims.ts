/** `orrery claims`: what is claimed, and where upstream says so. */
import { formatInputError } from '#api/manifests/input-error'
import type { Claim } from '#checker/claim'
import { mutants } from '#models/mutants/index'
import { claims as allClaims } from '#properties/claims'
import { claimNaming, unknownNames } from './asked-for.js'
import { pc } from './colours.js'
import { width, wrap } from './words.js'

const kinds = {
  always: 'judged in every World, anew when something changed that it looked at',
  step: 'judged at every Step that writes what it speaks of',
  finally: 'judged once things have settled',
} as const

export function claims(name: string | undefined, json: boolean): number {
  const chosen = name === undefined ? allClaims : allClaims.filter((claim) => claim.name === name)
  if (name !== undefined && chosen.length === 0) {
    const names = allClaims.map((claim) => claim.name)
    for (const error of unknownNames([name], names, { ...claimNaming, place: 'orrery claims' })) {
      process.stderr.write(`${formatInputError(error)}\n`)
    }
    return 2
  }
  if (json) process.stdout.write(`${JSON.stringify(chosen.map(asJson), null, 2)}\n`)
  else process.stdout.write(`${name === undefined ? list(chosen) : chosen.map(explained).join('\n')}\n`)
  return 0
}

const brokenBy = ({ name }: Claim): readonly string[] =>
  mutants.filter(({ breaks }) => breaks.includes(name)).map((mutant) => mutant.name)

const asJson = (claim: Claim): unknown => ({
  claim: claim.name, kind: claim.kind, title: claim.title, source: claim.source, optIn: claim.optIn === true,
  severity: claim.severity ?? 'error',
  mutants: brokenBy(claim),
})

const list = (chosen: readonly Claim[]): string => [
  ...chosen.map(({ name, title, optIn, severity }) => [
    `${pc.bold(name)}${optIn === true ? pc.dim('  (opt-in)') : severity === undefined ? '' : pc.dim(`  (${severity})`)}`, wrap(title, '  '),
  ].join('\n')),
  pc.dim(wrap('Opt-in claims are stricter than what upstream promises: switch one on with --claim, or with a severity in ' +
    'orrery.yaml. "orrery claims NAME" explains one.', '')),
].join('\n\n')

function explained(claim: Claim): string {
  const row = (label: string, text: string): string => {
    const indent = ' '.repeat(12)
    return `${pc.dim(label.padEnd(12))}${wrap(text, indent, width()).trimStart()}`
  }
  const broken = brokenBy(claim)
  return [
    pc.bold(claim.name),
    wrap(claim.title, '  '),
    '',
    row('Upstream:', claim.source),
    row('Judged:', `${kinds[claim.kind].replace('judged ', '')}`),
    ...(claim.optIn === true ? [row('Opt-in:', 'stricter than what upstream promises; switch it on with --claim, or with a severity in orrery.yaml')] : []),
    ...(claim.severity === undefined ? [] : [row('Severity:', 'warning: what breaks it is upstream\'s own defect, which manifests cannot avoid; ' +
      'it fails a check with --fail-on warning, or with a severity in orrery.yaml')]),
    ...(broken.length > 0 ? [row('Broken by:', `the mutant${broken.length > 1 ? 's' : ''} ${broken.join(', ')}`)] : []),
    row('Alone:', `orrery check -f manifests/ --claim ${claim.name}`),
    row('Accept:', `in orrery.yaml, "accepted: [{ claim: ${claim.name}, object: KIND NAMESPACE/NAME, reason: … }]"`),
  ].join('\n')
}
