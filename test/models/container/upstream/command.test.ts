/** `$(VAR)` and the words that a container is started with. */
import * as either from 'fp-ts/lib/Either.js'
import {
  expandContainerCommandAndArgs, expandContainerCommandOnlyStatic, expandContainerVolumeMounts, processArgs,
  type CommandAndArgs, type EnvVar,
} from '#models/container/command'
import { expand, mappingFuncFor, type Variables } from '#models/container/expansion'
import { table, type Line } from '../../node/upstream/table.js'
import { run } from './run.js'

const references = 'third_party/forked/golang/expansion/expand_test.go'
const helpers = 'pkg/kubelet/container/helpers_test.go'

const texts: readonly Line<string, string>[] = [
  ['a reference alone', '$(VAR_A)', 'A'],
  ['one twice', '$(VAR_A)-$(VAR_A)', 'A-A'],
  ['at the beginning', '$(VAR_A)-1', 'A-1'],
  ['in the middle', '___$(VAR_B)___', '___B___'],
  ['at the end', '___$(VAR_C)', '___C'],
  ['several', '$(VAR_A)_$(VAR_B)_$(VAR_C)', 'A_B_C'],
  ['an escaped one beside one that is not', '$$(VAR_B)_$(VAR_A)', '$(VAR_B)_A'],
  ['two escaped ones', '$$(VAR_A)_$$(VAR_B)', '$(VAR_A)_$(VAR_B)'],
  ['an escape before what is no reference', 'f000-$$VAR_A', 'f000-$VAR_A'],
  ['a backslash escapes nothing', 'foo\\$(VAR_C)bar', 'foo\\Cbar'],
  ['nor do two', 'foo\\\\$(VAR_C)bar', 'foo\\\\Cbar'],
  ['nor do four', 'foo\\\\\\\\$(VAR_A)bar', 'foo\\\\\\\\Abar'],
  ['a reference within a reference', '$(VAR_A$(VAR_B))', '$(VAR_A$(VAR_B))'],
  ['one within one that does not end', '$(VAR_A$(VAR_B)', '$(VAR_A$(VAR_B)'],
  ['a value that is a reference is not read again', '$(VAR_REF)', '$(VAR_A)'],
  ['not where it comes twice either', '%%$(VAR_REF)--$(VAR_REF)%%', '%%$(VAR_A)--$(VAR_A)%%'],
  ['an empty value', 'foo$(VAR_EMPTY)bar', 'foobar'],
  ['a reference that does not end', 'foo$(VAR_Awhoops!', 'foo$(VAR_Awhoops!'],
  ['parentheses alone', 'f00__(VAR_A)__', 'f00__(VAR_A)__'],
  ['variables of the shell\'s own', '$?_boo_$!', '$?_boo_$!'],
  ['a dollar alone', '$VAR_A', '$VAR_A'],
  ['a name that stands for nothing', '$(VAR_DNE)', '$(VAR_DNE)'],
  ['six dollars before such a name', '$$$$$$(BIG_MONEY)', '$$$(BIG_MONEY)'],
  ['six before a name that is known', '$$$$$$(VAR_A)', '$$$(VAR_A)'],
  ['seven before one that is not', '$$$$$$$(GOOD_ODDS)', '$$$$(GOOD_ODDS)'],
  ['seven before one that is', '$$$$$$$(VAR_A)', '$$$A'],
  ['no opening', '$VAR_A)', '$VAR_A)'],
  ['braces', '${VAR_A}', '${VAR_A}'],
  ['what does not end, after one that does', '$(VAR_B)_______$(A', 'B_______$(A'],
  ['an opening at the end', '$(VAR_C)_______$(', 'C_______$('],
  ['a dollar at the end', '$(VAR_A)foobarzab$', 'Afoobarzab$'],
  ['a backslash before what does not end', 'foo-\\$(VAR_A', 'foo-\\$(VAR_A'],
  ['openings in the middle', '--$($($($($--', '--$($($($($--'],
  ['openings first', '$($($($($--foo$(', '$($($($($--foo$('],
  ['openings last', 'foo0--$($($($(', 'foo0--$($($($('],
  ['dollars within a name are no escape', '$(foo$$var)', '$(foo$$var)'],
  ['a line break', '\n', '\n'],
  ['a dollar before a sign of two bytes', '$£FOO', '$£FOO'],
  ['before one of three', 'prefix-$€-suffix', 'prefix-$€-suffix'],
  ['before Chinese', '$中文', '$中文'],
]

const variables = { VAR_A: 'A', VAR_B: 'B', VAR_C: 'C', VAR_REF: '$(VAR_A)', VAR_EMPTY: '' }
const { VAR_A, VAR_EMPTY, ...others } = variables

/** Each variable is read with what the earlier ones came to. */
const inOrder = (declared: Variables): Variables => Object.entries(declared).reduce<Variables>(
  (known, [name, value]) => ({ ...known, [name]: expand(value, mappingFuncFor(known, {})) }), declared)

const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '')

const envs = (text: string): readonly EnvVar[] => words(text).map((word) => {
  const [name = '', value = ''] = word.split('=')
  return { name, value }
})

type Words = readonly string[]
interface Started { readonly command?: Words; readonly args?: Words; readonly envs?: string }

const args = ([command, given, entrypoint, cmd]: readonly Words[]): string | Words =>
  either.toUnion(processArgs({ command: command ?? [], args: given ?? [] }, { entrypoint, cmd }))

const failed = null
const subPath = ([subPathExpr, text = '']: readonly [string, string?]): string | null =>
  either.getOrElse((): string | null => failed)(expandContainerVolumeMounts({ subPathExpr }, envs(text)))

run([
  table(references, 'TestMapReference', inOrder, [
    ['each variable sees those before it', { FOO: 'bar', ZOO: '$(FOO)-1', BLU: '$(ZOO)-2' },
      { FOO: 'bar', ZOO: 'bar-1', BLU: 'bar-1-2' }],
  ]),
  table(references, 'TestMapping', (input) => expand(input, mappingFuncFor(variables)), texts),
  table(references, 'TestMappingDual',
    (input) => expand(input, mappingFuncFor({ VAR_A, VAR_EMPTY }, others)), texts),
  table<Started, CommandAndArgs>(helpers, 'TestExpandCommandAndArgs',
    ({ envs: text = '', ...container }) => expandContainerCommandAndArgs(container, envs(text)), [
      ['neither', {}, { command: [], args: [] }],
      ['a command',
        { command: ['foo', '$(VAR_TEST)', '$(VAR_TEST2)'], envs: 'VAR_TEST=zoo VAR_TEST2=boo' },
        { command: ['foo', 'zoo', 'boo'], args: [] }],
      ['arguments', { args: ['zap', '$(VAR_TEST)', '$(VAR_TEST2)'], envs: 'VAR_TEST=hap VAR_TEST2=trap' },
        { command: [], args: ['zap', 'hap', 'trap'] }],
      ['both', {
        command: ['$(VAR_TEST2)--$(VAR_TEST)', 'foo', '$(VAR_TEST3)'],
        args: ['foo', '$(VAR_TEST)', '$(VAR_TEST2)'],
        envs: 'VAR_TEST=zoo VAR_TEST2=boo VAR_TEST3=roo',
      }, { command: ['boo--zoo', 'foo', 'roo'], args: ['foo', 'zoo', 'boo'] }],
    ]),
  table<Started, Words>(helpers, 'TestExpandContainerCommandOnlyStatic',
    ({ command = [], envs: text = '' }) => expandContainerCommandOnlyStatic(command, envs(text)), [
      ['no command', {}, []],
      ['values that the spec says',
        { command: ['echo', '$(FOO)', '$(BAR)'], envs: 'FOO=foo-value BAR=bar-value' },
        ['echo', 'foo-value', 'bar-value']],
      ['a variable that is missing', { command: ['echo', '$(FOO)', '$(MISSING)'], envs: 'FOO=foo-value' },
        ['echo', 'foo-value', '$(MISSING)']],
    ]),
  table(helpers, 'TestExpandVolumeMountsWithSubpath', subPath, [
    ['no variable', ['foo'], 'foo'],
    ['a variable', ['foo/$(POD_NAME)', 'POD_NAME=bar'], 'foo/bar'],
    ['no path', ['', 'POD_NAME=bar'], ''],
    ['a variable where there are none', ['/foo/$(POD_NAME)'], failed],
    ['a variable first', ['$(POD_NAME)/bar', 'POD_NAME=foo'], 'foo/bar'],
    ['one variable that is missing, and one that is empty',
      ['foo/$(POD_NAME)/$(ANNOTATION)', 'ANNOTATION='], failed],
    ['one of two is missing', ['foo/$(ODD_NAME)/$(POD_NAME)', 'ODD_NAME=bar'], failed],
    ['a reference to nothing', ['$()'], failed],
    ['a reference within a reference', ['$(POD_NAME$(ANNOTATION))', 'POD_NAME=foo ANNOTATION=bar'], failed],
  ]),
  table('containerd internal/cri/server/container_create_linux_test.go', 'TestContainerSpecCommand', args, [
    ['a command stands in place of all that the image says',
      [['a', 'b'], [], ['c', 'd'], ['e', 'f']], ['a', 'b']],
    ['and has its own arguments', [['a', 'b'], ['c', 'd'], ['e', 'f'], ['g', 'h']], ['a', 'b', 'c', 'd']],
    ['arguments alone go to the image\'s entry point',
      [[], ['a', 'b'], ['c', 'd'], ['e', 'f']], ['c', 'd', 'a', 'b']],
    ['without either the image says all', [[], [], ['c', 'd'], ['e', 'f']], ['c', 'd', 'e', 'f']],
    ['nothing anywhere', [[], [], [], []], 'no command specified'],
  ]),
])
