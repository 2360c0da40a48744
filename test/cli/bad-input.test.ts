/** Bad input from end to end: each is refused with a code, a place, a next step, and exit code 2. */
import { describe, expect, it } from 'vitest'
import { directory, orrery, web } from '../support/cli.js'

const { write } = directory()

const bomb = `a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n${[...'bcdefghi'].map((name, index) =>
  `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(', ')}]\n`).join('')}`

const mode = (value: string): string => web({ pod: `      volumes:
        - name: settings
          configMap: { name: settings, defaultMode: ${value} }
` })

const node = 'apiVersion: v1\nkind: Node\nmetadata: { name: node-1 }\n'

/** What is wrong, the file, and what is printed: place, code, next step. */
const refused: readonly (readonly [what: string, text: string, place: RegExp, code: string, next: RegExp])[] = [
  ['text that is not YAML', 'a: [1, 2\n  b: }\n', /^bad\.yaml:1:\d+: /, 'E_YAML_SYNTAX', /Mend the YAML/],
  ['a YAML alias bomb', bomb, /^bad\.yaml:\d+:\d+: /, 'E_YAML_ALIAS', /Write the values out/],
  ['10,000-deep nesting', `a: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`,
    /^bad\.yaml:1:\d+: /, 'E_YAML_DEPTH', /indentation and brackets/],
  ['10,000-deep JSON', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    /^bad\.yaml:1:\d+: /, 'E_YAML_DEPTH', /indentation and brackets/],
  ['an unknown kind of a built-in group', 'apiVersion: apps/v1\nkind: Deploymnt\nmetadata: { name: a }\n',
    /^bad\.yaml:2:1: no matches for kind "Deploymnt"/, 'E_UNKNOWN_KIND', /Did you mean kind: Deployment\?/],
  ['an unknown field', web({ container: ', imagePullpolicy: Always' }),
    /^bad\.yaml:11:\d+: .*unknown field "spec\.template\.spec\.containers\[0\]\.imagePullpolicy"/, 'E_UNKNOWN_FIELD', /Did you mean "imagePullPolicy"\?/],
  ['a value of the wrong type', web({ replicas: '"3"' }),
    /^bad\.yaml:5:3: .*cannot unmarshal string/, 'E_WRONG_TYPE', /Remove the quotes: replicas: 3/],
  ['a file mode in decimal', mode('644'),
    /^bad\.yaml:14:\d+: .*Invalid value: 644/, 'E_FILE_MODE', /write defaultMode: 0644 in YAML, or 420 in JSON/],
  ['a file mode that is not octal', mode('0888'),
    /^bad\.yaml:14:\d+: .*Invalid value: 888/, 'E_FILE_MODE', /0888 is not octal/],
  ['a file mode in quotes', mode('"0644"'),
    /^bad\.yaml:14:\d+: .*cannot unmarshal string/, 'E_WRONG_TYPE', /Remove the quotes/],
  ['two objects of one name', `${web()}---\n${web()}`,
    /^bad\.yaml:\d+:\d+: Deployment default\/web is given twice, first at bad\.yaml:3/, 'E_DUPLICATE_OBJECT', /Rename or remove one/],
  ['a selector that does not match the template', web({ selector: 'other' }),
    /^bad\.yaml:8:\d+: .*`selector` does not match template `labels`/, 'E_INVALID', /spec\.template\.metadata\.labels/],
  ['negative replicas', web({ replicas: '-1' }),
    /^bad\.yaml:5:3: .*spec\.replicas: Invalid value: -1: must be greater than or equal to 0/, 'E_INVALID', /Correct spec\.replicas/],
  ['a thousand million replicas', web({ replicas: '1000000000' }),
    /^bad\.yaml:5:3: spec\.replicas asks for 1000000000 pods, Orrery's limit for one object is 100000/, 'E_TOO_MANY_PODS', /Write at most 100000/],
  ['more replicas than a number of 32 bits holds', web({ replicas: '10000000000' }),
    /^bad\.yaml:5:3: /, 'E_WRONG_TYPE', /32 bits/],
  ['an object without a name', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n',
    /^bad\.yaml:\d+:\d+: /, 'E_NO_NAME', /Give the object a name/],
  ['nothing but empty documents', '---\n---\n# nothing\n', /^bad\.yaml/, 'E_NO_OBJECTS', /./],
]

describe('manifests that are refused', () => {
  it.each(refused)('%s', async (_, text, place, code, next) => {
    write({ 'bad.yaml': text })
    const { code: exit, stdout, stderr } = await orrery('check', '-f', 'bad.yaml')
    const [first = '', second = ''] = stderr.split('\n')
    expect(first).toMatch(place)
    expect(first).toContain(`[${code}]`)
    expect(second).toMatch(next)
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
  })

  it('are told all at once, and simulate refuses them alike', async () => {
    write({ 'all/a.yaml': web({ replicas: '-1' }), 'all/b.yaml': 'kind: Pod\n' })
    const { stderr } = await orrery('check', '-f', 'all')
    expect([...stderr.matchAll(/\[(E_[A-Z_]+)\]/g)].map((match) => match[1])).toEqual(['E_INVALID', 'E_NO_KIND'])
    expect(await orrery('simulate', '-f', 'all')).toMatchObject({ code: 2, stdout: '', stderr })
  })

  it('with --json are one document on standard output', async () => {
    write({ 'bad.yaml': web({ replicas: '-1' }) })
    const { code, stdout, stderr } = await orrery('check', '-f', 'bad.yaml', '--json')
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'error', violations: [],
      errors: [{ code: 'E_INVALID', file: 'bad.yaml', line: 5, field: 'spec.replicas', message: expect.any(String) }],
    })
  })
})

describe('paths that are refused', () => {
  it.each([
    ['a missing file', ['-f', 'nowhere.yaml'], /^nowhere\.yaml: the path "nowhere\.yaml" does not exist \[E_NO_SUCH_FILE\]/],
    ['a directory without YAML', ['-f', 'empty'], /^empty: .*\[E_NO_MANIFESTS\]/],
    ['an address', ['-f', 'https://example.org/a.yaml'], /\[E_REMOTE_FILE\]/],
    ['no path at all', [], /there is no object to apply \[E_NOTHING_TO_DO\]/],
    ['nodes alone', ['-f', 'node.yaml'], /\[E_NOTHING_TO_DO\]/],
    ['a missing scenario', ['-f', 'web.yaml', '--scenario', 'nowhere.yaml'], /^nowhere\.yaml: .*\[E_NO_SUCH_FILE\]/],
    ['a missing configuration', ['-f', 'web.yaml', '--config', 'nowhere.yaml'], /^nowhere\.yaml: .*\[E_NO_SUCH_FILE\]/],
    ['a directory as scenario', ['-f', 'web.yaml', '--scenario', 'empty'], /^empty: .*\[E_FILE_UNREADABLE\]/],
    ['a directory as configuration', ['-f', 'web.yaml', '--config', 'empty'], /^empty: .*\[E_FILE_UNREADABLE\]/],
  ])('%s', async (_, args, told) => {
    write({ 'web.yaml': web(), 'empty/notes.txt': '', 'node.yaml': node })
    const { code, stdout, stderr } = await orrery('check', ...args)
    expect(stderr).toMatch(told)
    expect(stderr.split('\n')[1]).toMatch(/^ {2}\S/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('a command line that is not understood', () => {
  it.each([
    ['an unknown option', ['check', '--sed', '3'], /unknown option '--sed' \[E_USAGE\]\n {2}Did you mean --seed\?/],
    ['an unknown command', ['chek'], /unknown command 'chek' \[E_USAGE\]\n {2}Did you mean check\?/],
    ['a file without -f', ['check', 'web.yaml'], /\[E_USAGE\]\n {2}Name files and directories with -f/],
    ['a number that is none', ['check', '-f', 'a', '--runs', 'many'], /--runs.*whole number.*\[E_USAGE\]/],
    ['a number out of range', ['check', '-f', 'a', '--nodes', '0'], /--nodes.*from 1 to 5,000.*\[E_USAGE\]/],
    ['an empty number', ['check', '-f', 'a', '--nodes', ''], /--nodes.*\[E_USAGE\]/],
    ['a duration that is none', ['check', '-f', 'a', '--time', 'soon'], /--time.*duration such as 500ms, 30s or 2m.*\[E_USAGE\]/],
    ['a severity that is none', ['check', '-f', 'a', '--fail-on', 'fatal'], /--fail-on.*\[E_USAGE\]/],
    ['an option without its value', ['check', '-f'], /argument missing \[E_USAGE\]/],
    ['a trace that is not named', ['replay'], /missing required argument 'trace' \[E_USAGE\]/],
    ['an unknown claim to judge', ['check', '-f', 'web.yaml', '--claim', 'rollout-complete'], /\[E_UNKNOWN_CLAIM\]\n {2}Did you mean "rollout-completes"\?/],
    ['an unknown claim to explain', ['claims', 'rollout-complete'], /\[E_UNKNOWN_CLAIM\]\n {2}Did you mean "rollout-completes"\?/],
  ])('%s', async (_, args, told) => {
    write({ 'web.yaml': web() })
    const { code, stdout, stderr } = await orrery(...args)
    expect(stderr).toMatch(told)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('with --json is a document too', async () => {
    const { code, stdout, stderr } = await orrery('check', '--json', '--sed')
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'error', errors: [{ code: 'E_USAGE' }] })
  })
})

describe('orrery.yaml', () => {
  it.each([
    ['an unknown field', 'nods: 3', /orrery\.yaml:1:1: .*unknown field "nods" \[E_CONFIGURATION\]\n {2}Did you mean "nodes"\?/],
    ['a value of a wrong type', 'nodes: three', /orrery\.yaml:1:\d+: .*\[E_CONFIGURATION\]/],
    ['too many nodes', 'nodes: 100000', /orrery\.yaml:1:\d+: .*\[E_CONFIGURATION\]/],
    ['a claim that does not exist', 'severity: { rollout-complete: off }', /orrery\.yaml:1:\d+: .*"rollout-complete" \[E_CONFIGURATION\]\n {2}Did you mean "rollout-completes"\?/],
    ['a severity that does not exist', 'severity: { rollout-completes: fatal }', /orrery\.yaml:1:\d+: .*\[E_CONFIGURATION\]/],
    ['a finding accepted without a reason', 'accepted: [{ claim: rollout-completes, object: Deployment default/web }]', /orrery\.yaml:1:\d+: .*\[E_CONFIGURATION\]/],
    ['a channel that does not exist', 'maxLag: { wach: 100 }', /orrery\.yaml:1:\d+: .*\[E_CONFIGURATION\]\n {2}Did you mean "watch"\?/],
    ['a list', '- nodes', /orrery\.yaml:1:\d+: .*\[E_CONFIGURATION\]/],
    ['text that is not YAML', 'nodes: [', /orrery\.yaml:\d+:\d+: .*\[E_YAML_SYNTAX\]/],
    ['a profile with an unknown field', 'profiles: { example.org/web:1: { startSecond: 3 } }', /orrery\.yaml.*\[E_PROFILE_FIELD\]/],
    ['a scenario step that is no action', 'scenario: [{ reboot: node-1 }]', /orrery\.yaml.*\[E_SCENARIO\]/],
  ])('with %s is refused', async (_, text, told) => {
    write({ 'configured/web.yaml': web(), 'configured/orrery.yaml': `${text}\n` })
    const { code, stdout, stderr } = await orrery('check', '-f', 'configured')
    expect(stderr).toMatch(told)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('a scenario file', () => {
  it.each([
    ['a step that is no action', 'steps: [{ reboot: node-1 }]', 'E_SCENARIO'],
    ['an option that is missing', 'steps: [{ scale: { deployment: web } }]', 'E_SCENARIO'],
    ['an unknown member', 'stpes: []', 'E_SCENARIO'],
    ['manifests that do not exist', 'steps: [{ apply: nowhere.yaml }]', 'E_NO_SUCH_FILE'],
    ['text that is not YAML', 'steps: [', 'E_YAML_SYNTAX'],
  ])('with %s is refused', async (_, text, code) => {
    write({ 'web.yaml': web(), 'scenario.yaml': `${text}\n` })
    const { code: exit, stdout, stderr } = await orrery('check', '-f', 'web.yaml', '--scenario', 'scenario.yaml')
    expect(stderr).toContain(`[${code}]`)
    expect(stderr).toMatch(/(scenario|nowhere)\.yaml/)
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
  })
})
