/**
 * Scripts do what BusyBox's shell (1.35, of Debian 12) does: `scripts.json` has what it prints and ends
 * with, and dash
 * does the same unless a row says otherwise. Where the real shells are installed the records are compared
 * with them, too.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memorySystem } from '../../../support/memory-system.js'
import { begunBeside, codeOf, finished } from '../../../support/shell.js'

interface Row {
  readonly script: string
  readonly out: string
  readonly code: number
  /** Bash's syntax, or an option that dash does not have. */
  readonly notDash?: true
}

const rowsOf = (name: string): readonly Row[] =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as readonly Row[] // they are ours
const rows = rowsOf('scripts.json')
const bashRows = rowsOf('bash-scripts.json')

describe('A script prints and ends as with BusyBox', () => {
  test.each(rows)('$script', ({ script, out, code }) => {
    const going = finished(begunBeside(['sh', '-c', script], memorySystem(), { cwd: '/tmp' }))
    expect({ out: going.text, code: codeOf(going), refusals: going.refusals }).toEqual({
      out,
      code,
      refusals: [],
    })
  })
})

describe('What Bash adds does the same as with Bash (5.2)', () => {
  test.each(bashRows)('$script', ({ script, out, code }) => {
    const going = finished(begunBeside(['bash', '-c', script], memorySystem(), { cwd: '/tmp' }))
    expect([going.text, codeOf(going), going.refusals]).toEqual([out, code, []])
  })
})

const installed = (shell: string): boolean =>
  spawnSync(shell, shell === 'busybox' ? ['true'] : ['-c', 'true']).status === 0

/** A folder in which every small program is BusyBox's, where that is installed. */
function programs(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-programs-'))
  const { stdout } = spawnSync('busybox', ['--list'], { encoding: 'utf8' })
  const path = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim()
  for (const name of stdout.split('\n').filter(Boolean)) symlinkSync(path, join(folder, name))
  return folder
}

function really(
  shell: readonly string[],
  script: string,
  path: string
): { readonly out: string; readonly code: number } {
  const cwd = mkdtempSync(join(tmpdir(), 'orrery-script-'))
  const [command = 'sh', ...args] = shell
  const { stdout, status, signal } = spawnSync(command, [...args, '-c', script], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${path}:/usr/bin:/bin`, HOME: '/root' },
  })
  rmSync(cwd, { recursive: true, force: true })
  return { out: stdout, code: status ?? (signal === 'SIGTERM' ? 143 : 137) }
}

const isThere = installed('busybox')
describe.runIf(isThere)('The records are those of the real shells', { retry: 2 }, () => {
  const path = isThere ? programs() : ''
  test('BusyBox', () => {
    for (const { script, out, code } of rows)
      expect({ script, ...really(['busybox', 'sh'], script, path) }).toEqual({ script, out, code })
  })
  test.runIf(installed('dash'))('dash', () => {
    for (const { script, out, code, notDash } of rows) {
      if (!notDash) expect({ script, ...really(['dash'], script, path) }).toEqual({ script, out, code })
    }
  })
})

test.skipIf(isThere)('BusyBox is not installed: the records are not compared with it', ({ skip }) => skip())
