/**
 * Models: pkg/kubelet/util/env/env_util.go (ParseEnv)
 * Reads: nothing (it is handed the text of a file)
 * Writes: nothing
 * Omits: lines of more than 64 KiB, which upstream refuses
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

const wrong = (where: string, why: string): Either<string, never> =>
  either.left(`invalid environment variable format ${where}: ${why}`)

/** The value of a key in a file of `NAME='value'` lines; '' where it has none. What follows is not read. */
export function parseEnv(text: string, key: string): Either<string, string> {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').replace(/^[ \t]+/, '')
    if (line === '' || line.startsWith('#')) continue
    const here = `at line ${at + 1}`
    const equals = line.indexOf('=')
    if (equals < 0) return wrong(here, "missing '='")
    const name = line.slice(0, equals)
    if (/^[ \t]*$/.test(name)) return wrong(here, 'empty variable name')
    if (/[ \t]$/.test(name)) return wrong(here, "whitespace before '=' is not allowed")
    const value = line.slice(equals + 1)
    if (/^[ \t]/.test(value)) {
      if (name === key) return either.right('')
      continue
    }
    if (!value.startsWith("'")) return wrong(here, 'value must be enclosed in single quotes')
    const started = at + 1
    let quoted = value.slice(1)
    while (!quoted.includes("'")) {
      at += 1
      const next = lines[at]
      if (next === undefined) {
        return wrong(`starting at line ${started}`, 'unclosed single quote')
      }
      quoted += `\n${next}`
    }
    const end = quoted.indexOf("'")
    if (!/^[ \t]*(#|$)/.test(quoted.slice(end + 1))) {
      return wrong(`at line ${at + 1}`, 'unexpected content after closing quote')
    }
    if (name === key) return either.right(quoted.slice(0, end))
  }
  return either.right('')
}
