/**
 * Models: redirection (Shell Command Language, 2.7), and how a shell takes it back after a command
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { ask, complain, stat } from '../processes/asks.js'
import type { Answer, Asking, Errno } from '../processes/requests.js'
import { strerror } from '../processes/errors.js'
import { Expansion } from './expand.js'
import type { Code, Frame, Saved, Shell } from './machine.js'
import { has, push, withVariables } from './machine.js'
import { ended, run } from './status.js'
import type { Redirect } from './syntax.js'

/** A command within redirections: they are taken back behind it; where one cannot be made it is not run. */
export function* redirectedFor(
  shell: Shell,
  code: Code,
  redirects: readonly Redirect[],
  command: Code
): Asking<Shell> {
  const expansion = new Expansion(shell, code.text)
  const saved = yield* redirected(redirects, expansion, true)
  if (saved === undefined) return ended(expansion.shell, 1)
  return run(push(expansion.shell, { does: 'restore', saved, variables: {} }), command, command.node)
}

/** Makes redirections one by one; what stood there before is kept where it is to come back. */
export function* redirected(
  redirects: readonly Redirect[], expansion: Expansion, keeps: boolean,
): Asking<readonly Saved[] | undefined> {
  const saved: Saved[] = []
  for (const redirect of redirects) {
    const target = yield* expansion.single(redirect.by === '<<' ? redirect.text : redirect.to)
    if (keeps && !saved.some(([fd]) => fd === redirect.fd)) {
      const kept = yield* ask({ ask: 'duplicate', from: redirect.fd })
      saved.push([redirect.fd, kept.ok ? kept.fd ?? null : null])
    }
    const answer = yield* made(redirect, target, expansion.shell)
    if (answer.ok) continue
    yield* takenBack(saved)
    yield* complain(`sh: ${sentence(redirect, target, answer.errno)}`)
    return undefined
  }
  return saved
}

function* made(redirect: Redirect, target: string, shell: Shell): Asking<Answer> {
  const { by, fd } = redirect
  if (by === '<&' || by === '>&') {
    if (target === '-') return yield* ask({ ask: 'close', fd })
    return /^\d+$/.test(target)
      ? yield* ask({ ask: 'duplicate', from: Number(target), to: fd })
      : { ok: false, errno: 'EBADF' }
  }
  const opened =
    by === '<<' ? yield* ask({ ask: 'open text', text: target }) : yield* openedFor(by, target, shell)
  if (!opened.ok || opened.fd === undefined || opened.fd === fd) return opened
  yield* ask({ ask: 'duplicate', from: opened.fd, to: fd })
  return yield* ask({ ask: 'close', fd: opened.fd })
}

/** `set -C` keeps `>` from what is there already, unless that is no ordinary file. */
function* openedFor(by: '<' | '>' | '>>' | '>|' | '<>', path: string, shell: Shell): Asking<Answer> {
  if (by === '>' && has(shell, 'C') && (yield* stat(path))?.type === 'file')
    return { ok: false, errno: 'EEXIST' }
  const how = { '<': 'read', '>': 'write', '>|': 'write', '>>': 'append', '<>': 'both' } as const
  return yield* ask({ ask: 'open', path, how: how[by] })
}

/** BusyBox's words. */
function sentence({ by }: Redirect, target: string, errno: Errno): string {
  if (by === '<&' || by === '>&')
    return /^\d+$/.test(target) ? `${target}: Bad file descriptor` : 'syntax error: bad fd number'
  if (by === '<') return `can't open ${target}: ${errno === 'ENOENT' ? 'no such file' : strerror(errno)}`
  return `can't create ${target}: ${errno === 'ENOENT' ? 'nonexistent directory' : strerror(errno)}`
}

type Restore = Extract<Frame, { does: 'restore' }>

/** The end of a redirected command, or of one with variables of its own. */
export function* restored(shell: Shell, { saved, variables }: Restore): Asking<Shell> {
  yield* takenBack(saved)
  return withVariables(shell, variables)
}

export function* takenBack(saved: readonly Saved[]): Asking<void> {
  for (const [fd, kept] of [...saved].reverse()) {
    if (kept === null) yield* ask({ ask: 'close', fd })
    else {
      yield* ask({ ask: 'duplicate', from: kept, to: fd })
      yield* ask({ ask: 'close', fd: kept })
    }
  }
}
