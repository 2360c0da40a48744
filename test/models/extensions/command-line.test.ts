/** `orrery check --controller`: controllers and claims from a module of the user's. */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { directory, orrery } from '../../support/cli.js'

const { write } = directory()

const site = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: site, labels: { app: site } }\ndata: { blog: 'blog:1', shop: 'shop:1' }\n"

/** Plain JavaScript without imports, as a compiler would leave it. */
const operator = (create: string, more = ''): string => `${more}
export const entries = {
  name: 'entry-operator', for: 'configmaps', labels: { app: 'site' }, owns: ['pods'],
  async reconcile(request, client) {
    const config = await client.get('configmaps', request)
    if (config === undefined || config.metadata.deletionTimestamp !== undefined) return
    const pods = await client.list('pods', { ownedBy: config })
    const { apiVersion, kind, metadata: { name, uid } } = config
    for (const [entry, image] of Object.entries(config.data ?? {})) {
      if (pods.some((pod) => pod.metadata.labels.entry === entry)) continue
      ${create}
    }
  },
}
const podOf = (entry, image, named, owner) => ({
  metadata: { ...named, namespace: 'default', labels: { entry }, ownerReferences: [{ ...owner, controller: true }] },
  spec: { containers: [{ name: 'main', image }] },
})
export const claims = [{
  kind: 'always', name: 'one-pod-each', title: 'there is one pod for each entry', source: 'a test',
  subjects: () => ['site'],
  check({ cells }) {
    const pods = cells.read('index|pods|owner|ConfigMap:default/site') ?? []
    return pods.length === 0 ? undefined : pods.length < 3 ? 'held' : { message: 'Three pods for two entries.', objects: ['ConfigMap default/site'] }
  },
}]
`
const trusting = operator("await client.create('pods', podOf(entry, image, { generateName: entry + '-' }, { apiVersion, kind, name, uid }))")
const careful = operator(`await client.create('pods', podOf(entry, image, { name: entry }, { apiVersion, kind, name, uid }))
        .catch((error) => { if (error.status?.reason !== 'AlreadyExists') throw error })`)

describe('orrery check --controller', () => {
  it('finds what a controller does where its cache is late', async () => {
    write({ 'site.yaml': site, 'steps.yaml': 'steps: []\n', 'trusting.mjs': trusting })
    const { code, stdout } = await orrery('check', '-f', 'site.yaml', '--scenario', 'steps.yaml', '--controller', 'trusting.mjs', '--runs', '40', '--nodes', '1')
    expect(stdout).toContain('✗ one-pod-each  with 1 delay')
    expect(stdout).toContain('entry-operator')
    expect(code).toBe(1)
    const trace = `.orrery/${readdirSync('.orrery').find((file) => file.startsWith('one-pod-each')) ?? ''}`
    const again = await orrery('replay', trace, '--controller', 'trusting.mjs')
    expect(again.stdout).toContain('each as recorded. Broken: one-pod-each')
    expect(again.code).toBe(1)
    expect((await orrery('replay', trace)).stderr).toContain('there is no claim "one-pod-each" [E_UNKNOWN_CLAIM]')
  })

  it('passes where it is right, and says that it is level-based', async () => {
    write({ 'site.yaml': site, 'steps.yaml': 'steps: []\n', 'careful.mjs': careful })
    const { code, stdout } = await orrery('check', '-f', 'site.yaml', '--scenario', 'steps.yaml', '--controller', 'careful.mjs', '--runs', '20', '--json')
    const verdict = JSON.parse(stdout) as { readonly claims: readonly { readonly claim: string; readonly held: boolean; readonly exercised: number }[] }
    const own = verdict.claims.filter(({ claim }) => ['one-pod-each', 'entry-operator-level-based'].includes(claim))
    expect(own.map(({ held, exercised }) => held && exercised > 0)).toEqual([true, true])
    expect(code).toBe(0)
  })

  it('refuses a controller that is no function of what it asks', async () => {
    write({ 'site.yaml': site, 'clock.mjs': operator("await client.create('pods', podOf(entry, image, { name: 'at-' + Date.now() }, {}))") })
    const { code, stderr } = await orrery('check', '-f', 'site.yaml', '--controller', 'clock.mjs', '--runs', '1')
    expect(stderr).toMatch(/^entry-operator: reconcile uses Date\.now, at .*clock\.mjs.* \[E_CONTROLLER_FOREIGN\]\n {2}A controller that waits/)
    expect(code).toBe(2)
  })

  it.each([
    ['nowhere.mjs', undefined, 'there is no such file [E_CONTROLLER_FILE]'],
    ['empty.mjs', 'export const nothing = 1\n', 'it exports no controller [E_CONTROLLER_FILE]'],
    ['broken.mjs', 'export const { a } = undefined\n', '[E_CONTROLLER_FILE]'],
    ['wrong.mjs', "export const a = { name: 'a', for: 'widgets', reconcile() {} }\n", 'a: there is no built-in resource "widgets" [E_CONTROLLER_UNKNOWN_RESOURCE]'],
    ['twice.mjs', "const a = { name: 'a', for: 'pods', reconcile() {} }\nexport const all = [a, a]\n", 'called "a-level-based" [E_CONTROLLER_FILE]'],
  ])('refuses the module %s', async (file, text, message) => {
    write({ 'site.yaml': site, ...(text === undefined ? {} : { [file]: text }) })
    const { code, stderr } = await orrery('check', '-f', 'site.yaml', '--controller', file)
    expect(stderr).toContain(message)
    expect(code).toBe(2)
  })
})
