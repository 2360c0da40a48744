/** The verdict as a JUnit file: one test case a claim, for CI systems. */
import { counts, type Severity, type Verdict } from './verdict.js'

const escape = (text: string): string =>
  text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`)
    // Characters that XML 1.0 cannot hold at all.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '�')

export function junit(verdict: Verdict, failOn: Severity): string {
  const open = verdict.violations.filter((violation) => counts(violation, failOn))
  const cases = verdict.claims.map(({ claim, exercised }) => {
    const broken = open.filter((violation) => violation.claim === claim)
    const head = `    <testcase classname="orrery" name="${escape(claim)}"`
    if (broken.length > 0) {
      const failures = broken.map(({ message, advice, trace }) => {
        const text = [message, advice, trace === undefined ? undefined : `orrery replay ${trace}`].filter((line) => line !== undefined)
        return `      <failure message="${escape(message)}">${escape(text.join('\n'))}</failure>`
      })
      return [`${head}>`, ...failures, '    </testcase>'].join('\n')
    }
    return exercised === 0 ? `${head}><skipped message="not exercised"/></testcase>` : `${head}/>`
  })
  const errors = verdict.errors.map(({ code, message, file, line }) =>
    `    <testcase classname="orrery" name="input"><error type="${escape(code)}" message="${
      escape([file, line].filter((part) => part !== undefined).join(':'))} ${escape(message)}"/></testcase>`)
  const skipped = verdict.claims.filter(({ claim, exercised }) => exercised === 0 && !open.some((one) => one.claim === claim)).length
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite name="orrery" tests="${cases.length + errors.length}" failures="${
      new Set(open.map(({ claim }) => claim)).size}" errors="${errors.length}" skipped="${skipped}">`,
    ...cases,
    ...errors,
    '  </testsuite></testsuites>',
    '',
  ].join('\n')
}
