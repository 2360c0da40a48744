/** Files of variables. */
import * as either from 'fp-ts/lib/Either.js'
import { parseEnv } from '#models/container/env-file'
import { table } from '../../node/upstream/table.js'
import { run } from './run.js'

const at = (where: string, why: string): string => `invalid environment variable format ${where}: ${why}`
const blank = "whitespace before '=' is not allowed"
const after = 'unexpected content after closing quote'
const quotes = 'value must be enclosed in single quotes'

/** The text, and the key where it is not KEY1. */
const read = ([text, key = 'KEY1']: readonly [string, string?]): string =>
  either.getOrElse((error: string) => error)(parseEnv(text, key))

const asItIs = (value: string): readonly [readonly [string], string] => [[`KEY1='${value}'\nKEY2='bar'\n`], value]

run([table('pkg/kubelet/util/env/env_util_test.go', 'TestParseEnv', read, [
  ['blanks before a name', ["   KEY1='val1'\n\t\tKEY2='val2'\nKEY3='val3'\n", 'KEY2'], 'val2'],
  ['blank lines and comments',
    ["# comment\n\nKEY1='foo'\n   # another comment\n\nKEY2='bar'\n", 'KEY2'], 'bar'],
  ['blanks around =', ["KEY1 = 'val1'\nKEY2=   'val2'\n", 'KEY2'], at('at line 1', blank)],
  ['a blank before =', ["KEY1 ='foo'\nKEY2='bar'\n"], at('at line 1', blank)],
  ['a blank after = is an empty value', ["KEY1= 'foo'\n"], ''],
  ['a key that is not there', ["KEY1='foo'\nKEY2='bar'\n", 'KEY3'], ''],
  ['a # in a value', ...asItIs('foo#notcomment')],
  ['blanks in a value', ...asItIs('   foo bar   ')],
  ['comments all over', ["# 1\n\n# 2\nKEY1='foo'\n\n# 3\nKEY2='bar'\n", 'KEY2'], 'bar'],
  ['an empty value', ["KEY1='foo'\nKEY2=''\nKEY3='bar'\n", 'KEY2'], ''],
  ['no name', ["='foo'\nKEY2='bar'\n", 'KEY2'], at('at line 1', 'empty variable name')],
  ['= in a value', ...asItIs('foo=bar=baz')],
  ['a comment after a value', ["KEY1='foo'\nKEY2='bar' # comment\n", 'KEY2'], 'bar'],
  ['a variable of the shell', ...asItIs('$VAR')],
  ['one in braces', ...asItIs('${VAR}')],
  ['both', ...asItIs('foo$BAR-${HOME}_$')],
  ['a line without =', ["KEY1='foo'\nINVALID_LINE\nKEY2='bar'\n", 'KEY2'], at('at line 2', "missing '='")],
  ['no quotes', ["KEY1='foo'\nKEY2=bar\n", 'KEY2'], at('at line 2', quotes)],
  ['double quotes', ['KEY1=\'foo\'\nKEY2="bar"\n', 'KEY2'], at('at line 2', quotes)],
  ['two texts side by side', ["KEY1='foo''bar'"], at('at line 1', after)],
  ['a quote that the next value ends', ["KEY1='foo'\nKEY2='bar\nKEY3='baz'\n", 'KEY2'], at('at line 3', after)],
  ['a quote that nothing ends', ["KEY1='foo'\nKEY2='bar\n", 'KEY2'],
    at('starting at line 2', 'unclosed single quote')],
  ['more after a value', ["KEY1='foo'\nKEY2='bar'baz\n", 'KEY2'], at('at line 2', after)],
  ['blanks alone', ["KEY1=''\nKEY2='   '\n", 'KEY2'], '   '],
  ['special signs', ...asItIs('!@#$%^&*()_+-=[]{}|;:,.<>?/')],
  ['an escaped line break stays so', ...asItIs('line1\\nline2\\tline3')],
  ['other scripts', ...asItIs('中文 Español Français 🌍')],
  ['backslashes', ...asItIs('path\\\\to\\\\file')],
  ['an escaped quote ends a value', ["KEY1='value with \\'nested\\' quotes'\n"], at('at line 1', after)],
  ['double quotes in a value', ...asItIs('value with "nested" quotes')],
  ['JSON', ...asItIs('{"name": "test", "nested": {"key": "val"}}')],
  ['a URL', ...asItIs('https://example.com/path?query=value&another=param')],
  ['XML', ...asItIs('<root><element attr="value">content</element></root>')],
  ['base64', ...asItIs('SGVsbG8gV29ybGQh')],
  ['a regular expression', ...asItIs('^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\\\\.[a-zA-Z]{2,}$')],
  ['several lines', ...asItIs('line one\n  line two with spaces\n    line three with more spaces')],
  ['several lines with special signs', ...asItIs('line1: !@#$%^&*()\nline2: []{}|;:,.<>?/')],
  ['several lines, some empty', ...asItIs('line1\n\nline3 after empty line\n\nline5')],
  ['several lines that end with blanks', ...asItIs('line1\nline2  \nline3   ')],
  ['code', ...asItIs('func main() {\n    fmt.Println(\\"Hello\\")\n}')],
  ['YAML', ...asItIs('name: test\narray:\n    - 1\n    - 2')],
])])
