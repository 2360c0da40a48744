/** `orrery describe` of every kind it knows, and what it says where there is nothing to describe. */
import { readFileSync, readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { directory, hazard, orrery } from '../../support/cli.js'

const { write } = directory()
const here = new URL('.', import.meta.url).pathname
let trace = ''

beforeAll(async () => {
  write({
    'application.yaml': readFileSync(`${here}application.yaml`, 'utf8'),
    'hazard.yaml': hazard, 'restart.yaml': 'steps: [{ restart: deployment/web }]\n',
    'lost.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: { name: lost, namespace: nowhere }\nspec: { containers: [{ name: a, image: a }] }\n',
  })
  await orrery('check', '-f', 'hazard.yaml', '--scenario', 'restart.yaml', '--runs', '1', '--nodes', '1', '--no-memory')
  trace = `.orrery/${readdirSync('.orrery')[0] ?? ''}`
})

describe('orrery describe', () => {
  it.each([
    ['deployment', 'deploy', 'web'], ['replicaset', 'rs', 'web#1'], ['service', 'svc', 'web'], ['node', 'no', 'node-1'],
    ['endpointslice', 'endpointslice', 'web-0'], ['configmap', 'cm', 'settings'], ['secret', 'secrets', 'keys'],
    ['serviceaccount', 'sa', 'robot'], ['poddisruptionbudget', 'pdb', 'web'],
  ])('shows a %s as kubectl does', async (kind, word, name) => {
    const { code, stdout, stderr } = await orrery('describe', word, name, '-f', 'application.yaml', '--at', '20s')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    await expect(stdout).toMatchFileSnapshot(`${here}${kind}.txt`)
  })

  it('takes KIND/NAME, NAMESPACE/NAME, the beginning of a name, or no name at all', async () => {
    const at = ['-f', 'application.yaml', '--at', '5s']
    const { stdout } = await orrery('describe', 'pod', 'web#1-0', ...at)
    expect((await orrery('describe', 'po/web#1-0', ...at)).stdout).toBe(stdout)
    expect((await orrery('describe', 'pod', 'default/web#1-0', ...at)).stdout).toBe(stdout)
    const names = (text: string): number => text.split('\n').filter((line) => line.startsWith('Name:')).length
    expect(names((await orrery('describe', 'pod', 'web#1', ...at)).stdout)).toBe(5)
    expect(names((await orrery('describe', 'nodes', ...at)).stdout)).toBe(3)
  })

  it('shows a World in the middle of a trace', async () => {
    const first = await orrery('describe', 'deployment', 'web', '--trace', trace, '--step', '30')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).not.toContain('web#2')
    expect((await orrery('describe', 'deployment', 'web', '--trace', trace)).stdout).toContain('web#2')
  })
})

describe('where there is nothing to describe', () => {
  it.each<[string, () => readonly string[], RegExp]>([
    ['a kind that is misspelt', () => ['deploymnt', 'web', '-f', 'application.yaml'],
      /^orrery describe: Orrery does not describe "deploymnt" \[E_UNKNOWN_RESOURCE\]\n {2}Did you mean deployment\? It shows: pod \(po\), deployment \(deploy\), /],
    ['a kind that is not described', () => ['ingress', 'web', '-f', 'application.yaml'], /does not describe "ingress" \[E_UNKNOWN_RESOURCE\]\n {2}It shows: pod \(po\)/],
    ['a name that is misspelt', () => ['svc', 'wep', '-f', 'application.yaml'], /^orrery describe: services "wep" not found \[E_NO_SUCH_OBJECT\]\n {2}Did you mean web\?/],
    ['a name that is of nothing', () => ['svc', 'database', '-f', 'application.yaml'], /services "database" not found \[E_NO_SUCH_OBJECT\]\n {2}There are: web\./],
    ['a pod that is gone', () => ['pod', 'web#1-0', '-f', 'application.yaml'], /pods "web#1-0" not found \[E_NO_SUCH_OBJECT\]\n {2}It was gone after Step \d+ \(\S+\): give --step \d+\./],
    ['a pod that is still to come', () => ['pod', 'web#1-0', '-f', 'application.yaml', '--step', '3'],
      /pods "web#1-0" not found \[E_NO_SUCH_OBJECT\]\n {2}It is created in Step \d+ \(0s\): give --step \d+ or a later one\./],
    ['a pod that was refused', () => ['pod', 'lost', '-n', 'nowhere', '-f', 'lost.yaml'],
      /pods "lost" not found \[E_NO_SUCH_OBJECT\]\n {2}kubectl printed: .*namespaces "nowhere" not found/],
    ['a pod by the name that a cluster draws', () => ['pod', 'web-5d4f8c7b9-x2x9k', '-f', 'application.yaml'],
      /What a cluster draws at random is numbered here; those of web are called web#2-\d/],
    ['another namespace', () => ['svc', 'shop/web', '-f', 'application.yaml'], /There are in other namespaces: default\/web\./],
    ['a namespace that was not there to apply to', () => ['svc', 'web', '-n', 'shop', '-f', 'application.yaml'], /kubectl printed: .*namespaces "shop" not found/],
    ['a Step that there is not', () => ['pods', '-f', 'application.yaml', '--step', '99999'],
      /^orrery describe: there is no Step 99999: this order has \d+ \[E_NO_SUCH_STEP\]\n {2}Give --step a number from 0 to \d+; /],
    ['two moments', () => ['pods', '-f', 'application.yaml', '--step', '3', '--at', '3s'], /--step and --at both say when \[E_USAGE\]/],
    ['two sources', () => ['pods', '-f', 'application.yaml', '--trace', trace], /--trace and -f both say what happens \[E_USAGE\]/],
    ['no source', () => ['pods'], /^orrery describe: there is nothing to look at \[E_USAGE\]\n {2}Name manifests with -f, or a trace with --trace\./],
    ['a trace that is not there', () => ['pods', '--trace', 'nowhere.jsonl'], /^nowhere\.jsonl: there is no such trace \[E_NO_SUCH_FILE\]/],
    ['a trace that is none', () => ['pods', '--trace', 'hazard.yaml'], /^hazard\.yaml:1: .*\[E_TRACE_FORMAT\]/],
    ['a file that is not there', () => ['pods', '-f', 'nowhere.yaml'], /\[E_NO_SUCH_FILE\]/],
    ['no kind', () => [], /^orrery describe: missing required argument 'kind' \[E_USAGE\]\n {2}See "orrery describe --help"\./],
  ])('%s: one sentence, and what to do', async (_, args, told) => {
    const { code, stdout, stderr } = await orrery('describe', ...args())
    expect(stderr).toMatch(told)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
