/** Scripts of every shape, most of which run; and texts that look like scripts, most of which do not. */
import fc from 'fast-check'

const word = fc.constantFrom(
  'a', 'b c', '$x', '"$x"', '"$@"', '$#', '${x:-d}', '${y:=1}', '${x%?}', '${#x}', '$(echo s)', '`echo t`',
  '$((x+1))', '*', '/tmp/*', '~', "'q q'", '\\$', '$?', '$!', '1', '0', '-n', '', '"$(sleep 1; echo u)"',
  '[a-c]', '${x##*/}',
  '$1'
)
const words = fc.array(word, { maxLength: 3 }).map((all) => all.join(' '))

const simple = fc.oneof(
  fc.constantFrom(
    ':', 'true', 'false', 'sleep 1', 'sleep 0', 'wait', 'wait $!', 'exit 3', 'return 2', 'break',
    'continue', 'read x', 'shift', 'cat', 'ls /tmp', 'touch /tmp/f', 'rm -f /tmp/f', 'cat /tmp/f', 'set -e',
    'set +e', 'set -u', 'set -x', 'set -- p q', 'trap "echo trapped" TERM', 'trap - TERM',
    'trap "echo left" EXIT', 'kill -TERM $$', 'kill $!', 'kill -9 $!', 'exec sleep 2', 'exec 3>/tmp/f',
    'echo x >&3', 'cd /tmp', 'pwd', 'unset x', 'export x', 'local x=1', 'nosuch', 'ps', 'yes | head -n 1',
    'seq 3', 'server', 'tail -f /tmp/f', 'nc -z web 80', 'wget -qO- http://web/', 'f', 'f a', 'umask 022',
    'hostname', 'timeout 1 sleep 5', 'read -t 1 x', 'sh -c "sleep 1; echo inner"', 'eval "x=1; echo $x"',
    '. /tmp/f'
  ),
  words.map((args) => `echo ${args}`),
  words.map((args) => `x=${args}`),
  words.map((args) => `test ${args}`),
  words.map((args) => `[ ${args} ]`),
  words.map((args) => `printf ${args}`),
  words.map((args) => `set -- ${args}`),
  words.map((args) => `grep ${args}`),
  words.map((args) => `sed ${args}`)
)

/** Commands of commands, not deeper than a person would write them. */
export const anyScript: fc.Arbitrary<string> = fc.letrec<{ list: string; command: string }>((tie) => ({
  list: fc.array(tie('command'), { minLength: 1, maxLength: 3 }).map((commands) => commands.join('\n')),
  command: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'script' },
    simple,
    fc
      .tuple(tie('command'), fc.constantFrom(' && ', ' || ', ' | ', '; '), tie('command'))
      .map(([a, by, b]) => `{ ${a}\n}${by}{ ${b}\n}`),
    tie('list').map((list) => `( ${list}\n)`),
    tie('list').map((list) => `{ ${list}\n} &`),
    tie('command').map((command) => `! { ${command}\n}`),
    fc.tuple(tie('list'), tie('list'), tie('list')).map(([a, b, c]) => `if ${a}\nthen ${b}\nelse ${c}\nfi`),
    fc
      .tuple(fc.constantFrom('while', 'until'), tie('list'), tie('list'))
      .map(([kind, a, b]) => `${kind} ${a}\ndo ${b}\ndone`),
    fc.tuple(words, tie('list')).map(([all, list]) => `for x in ${all}; do ${list}\ndone`),
    fc
      .tuple(word, tie('list'), tie('list'))
      .map(([value, a, b]) => `case ${value || "''"} in a*) ${a}\n;; *) ${b}\n;; esac`),
    tie('list').map((list) => `f() { ${list}\n}`),
    tie('list').map((list) => `x=$(${list}\n)`),
    fc
      .tuple(
        tie('list'),
        fc.constantFrom('> /tmp/f', '>> /tmp/f', '< /tmp/f', '2>&1', '> /dev/null', '2> /none/x')
      )
      .map(([list, by]) => `{ ${list}\n} ${by}`),
    tie('list').map((list) => `{ ${list}\n} <<E\none $x\ntwo\nE`)
  ),
})).list

/** Any text of a shell's characters. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      'a', 'b', ' ', '\n', ';', '&', '|', '<', '>', '(', ')', '{', '}', '$', '`', '"', "'", '\\', '*', '?',
      '[', ']', '#', '~', '=', '%', '!', '1', 'if', 'then', 'fi', 'do', 'done', 'for', 'in', 'case', 'esac',
      'while', '$((', '))', '$(', '${', '<<E', '\nE\n', ':-', '\t', 'é',
      '\u{1f600}'
    ),
    { maxLength: 25 }
  )
  .map((parts) => parts.join(''))
