/** A counterexample that goes on for ever: stem and loop apart, in the report and in the document. */
import { describe, expect, it } from 'vitest'
import { stripVTControlCharacters } from 'node:util'
import { lassoOf, loopText } from '#cli/loop'
import { directory, orrery } from '../support/cli.js'

const yaml = `apiVersion: v1
kind: ConfigMap
metadata: { name: site }
data: { colour: red }
---
apiVersion: v1
kind: Secret
metadata: { name: paint }
`

/** One keeps the site red; the other comes by once a minute and paints it blue. */
const rivals = `
export const keeper = {
  name: 'keeper', for: 'configmaps',
  async reconcile(request, client) {
    const site = await client.get('configmaps', request)
    if (site === undefined || site.data.colour === undefined || site.data.colour === 'red') return
    await client.update('configmaps', { ...site, data: { colour: 'red' } })
  },
}
export const painter = {
  name: 'painter', for: 'secrets',
  async reconcile(request, client) {
    const site = await client.getFromServer('configmaps', { namespace: 'default', name: 'site' })
    if (site !== undefined && site.data.colour !== 'blue') await client.update('configmaps', { ...site, data: { colour: 'blue' } })
    return { requeueAfter: 60_000 }
  },
}
`

interface Told {
  readonly verdict: string
  readonly violations: readonly {
    readonly claim: string; readonly steps: number; readonly loop?: { readonly stem: number; readonly ms: number; readonly does: readonly string[] }
  }[]
}

describe('orrery explore', () => {
  const { write } = directory()
  const command = ['explore', '-f', 'site.yaml', '--nodes', '1', '--delays', '0', '--controller', 'rivals.mjs'] as const

  it('shows what leads to a loop, and what is done on the way round', async () => {
    write({ 'site.yaml': yaml, 'rivals.mjs': rivals })
    const { code, stdout } = await orrery(...command)
    expect(stdout).toMatch(/✗ writes-end {2}on the prompt order, after \d+ Steps and then for ever\n {2}ConfigMap default\/site is written without end/)
    expect(stdout).toContain('  ↻ and then round and round, every 60s:\n'
      + '      … time passes\n'
      + '      painter get configmaps default/site\n'
      + '      painter update configmaps default/site\n'
      + '      keeper update configmaps default/site\n'
      + '      and 15 Steps in between\n')
    expect(code).toBe(1)
    const trace = /npx (orrery replay \S+)/.exec(stdout)?.[1]?.split(' ').at(-1) ?? ''
    expect((await orrery('replay', trace, '--controller', 'rivals.mjs')).stdout).toContain('each as recorded. Broken: writes-end')
  }, 60_000)

  it('has the loop in its document', async () => {
    write({ 'site.yaml': yaml, 'rivals.mjs': rivals })
    const { stdout } = await orrery(...command, '--json')
    const { verdict, violations } = JSON.parse(stdout) as Told
    const { loop, steps } = violations.find(({ claim }) => claim === 'writes-end')!
    expect(verdict).toBe('violation')
    expect(loop).toMatchObject({ stem: steps, ms: 60_000 })
    expect(loop?.does[0]).toBe('clock')
    expect(loop?.does).toContain('kube-apiserver: keeper update configmaps default/site')
  }, 60_000)
})

describe('The stem of an order that goes round', () => {
  const steps = (...labels: readonly string[]): Parameters<typeof lassoOf>[0] =>
    ({ steps: labels.map((label) => ({ label })) as unknown as Parameters<typeof lassoOf>[0]['steps'] }) // all of it that is read

  it('is what comes before the Steps that repeat', () => {
    expect(lassoOf(steps('a', 'b', 'c', 'b', 'c', 'b', 'c'), { ms: 5, does: ['clock', 'b', 'c'] })).toEqual({ stem: 1, ms: 5, does: ['clock', 'b', 'c'] })
  })

  it('is nothing where the first Steps repeat already', () => {
    expect(lassoOf(steps('b', 'c', 'b', 'c'), { ms: 0, does: ['c', 'b'] }).stem).toBe(0)
  })

  it('is told in few lines, and says what is left out', () => {
    const does = Array.from({ length: 30 }, (_, at) => `kube-controller-manager/deployment syncs default/web-${at}`)
    expect(stripVTControlCharacters(loopText({ stem: 1, ms: 0, does }))).toMatch(
      /^ {2}↻ and then round and round, all at one instant:\n {6}deployment controller syncs default\/web-0\n(.*\n){11} {6}and 18 Steps in between$/)
  })
})
