import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { scriptOf } from '#models/container/shell/parse'

const refusal = (text: string): unknown => {
  const parsed = scriptOf(text)
  return isRight(parsed) ? 'understood' : parsed.left
}

describe('A script that cannot be read is refused with its place', () => {
  test.each([
    ['if true; then', 1, 14, "the script cannot be read: expected command after 'then'"],
    ['echo a\necho "b', 2, 6, 'the script cannot be read: unterminated double quote'],
    ['echo a )', 1, 8, "the script cannot be read: unexpected token ')'"],
    ['a\n&& b', 2, 1, "the script cannot be read: unexpected token '&&'"],
    ['echo $(foo', 1, 6, 'the script cannot be read: unterminated command substitution'],
    ['echo `if`', 1, 9, "the script cannot be read: expected 'then'"],
    ['fi', 1, 1, "the script cannot be read: unexpected token 'fi'"],
  ])('%j', (text, line, column, message) =>
    expect(refusal(text)).toEqual({ code: 'E_SHELL_SYNTAX', message, line, column }))
})

describe('What Bash adds to the language is refused by name', () => {
  test.each([
    ['items=(a b)', 1, 1, 'an array'], ['x=a\nx+=b', 2, 1, '+='], ['((x = 1))', 1, 1, '((…))'],
    ['diff <(a) b', 1, 6, '<(…)'], ['cat <<< word', 1, 5, '<<<'], ['a &> b', 1, 3, '&>'],
    ['a |& b', 1, 1, '|&'], ['echo ${x/a/b}', 1, 6, '${x/a/b}'], ['echo ${!x}', 1, 6, '${!x}'],
    ['echo ${x[1]}', 1, 6, '${x[1]}'],
    ['case a in a) ;& esac', 1, 11, ';&'], ['select x in a; do :; done', 1, 1, 'select'],
    ['coproc a', 1, 1, 'coproc'], ['time a', 1, 1, 'time'], ['for ((;;)); do :; done', 1, 1, 'for ((…))'],
    ['echo @(a|b)', 1, 6, '@(…)'],
  ])('%j', (text, line, column, what) =>
    expect(refusal(text)).toEqual({
      code: 'E_SHELL_SUBSET',
      message: `${what} is not understood`,
      line,
      column,
    })
  )
})

describe('A script is', () => {
  test('its commands by number', () =>
    expect(scriptOf('a | b && ! c; d &')).toMatchObject({
      right: {
        whole: 8,
        commands: [
          { is: 'simple' },
          { is: 'simple' },
          { is: 'pipeline', commands: [0, 1] },
          { is: 'simple' },
          { is: 'not', command: 3 },
          { is: 'and', left: 2, right: 4 },
          { is: 'simple' },
          { is: 'background', command: 6 },
          { is: 'list', commands: [5, 7] },
        ],
      },
    }))

  test('read once', () => expect(scriptOf('echo once')).toBe(scriptOf('echo once')))

  test.each(['', '# nothing', '\n\n', 'x=1', 'a;', 'a &', '{ a; }', 'f() { a; }', '[[ -f a && b == c* ]]'])(
    '%j, too',
    (text) => expect(refusal(text)).toBe('understood')
  )
})
