/** `orrery claims`: what is claimed, and where upstream says so. */
import pc from 'picocolors'
import { claims } from '#properties/claims'
import { wrap } from './report-text.js'

export function listClaims(json: boolean): string {
  if (json) {
    const list = claims.map(({ name, title, source, optIn, kind }) => ({ claim: name, kind, title, source, optIn: optIn === true }))
    return `${JSON.stringify(list, null, 2)}\n`
  }
  return claims.map(({ name, title, source, optIn }) => [
    `${pc.bold(name)}${optIn === true ? pc.dim('  (opt-in: --claim, or a severity in orrery.yaml)') : ''}`,
    wrap(title, '  '),
    pc.dim(wrap(source, '  ')),
  ].join('\n')).join('\n\n') + '\n'
}
