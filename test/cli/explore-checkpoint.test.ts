/** An exploration that is stopped is kept, and goes on where it was. */
import { openSync, readFileSync, readdirSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import * as files from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { readCheckpoint, writeCheckpoint, type Header } from '#cli/checkpoint'
import { directory, orrery, web } from '../support/cli.js'

const { write } = directory()
const same = ['explore', '-f', 'web.yaml', '--nodes', '1']
const kept = (): string => `.orrery/${readdirSync('.orrery').find((name) => name.endsWith('.checkpoint'))!}`

/** All but the room that was made in advance. */
const documentOf = (stdout: string): unknown => ({ ...JSON.parse(stdout) as object, bytes: 0 }) // our own document

beforeEach(() => write({ 'web.yaml': web(), 'settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n' }))

describe('An exploration that is stopped', () => {
  it('goes on where it was, and comes to the same', async () => {
    const whole = await orrery(...same, '--json')
    const stopped = await orrery(...same, '--worlds', '500')
    expect(stopped.code).toBe(3)
    expect(stopped.stdout.replace(/\s+/g, ' ')).toContain(`Kept in ${kept()}: the same command with --resume goes on from there.`)
    expect(documentOf((await orrery(...same, '--resume', '--json')).stdout)).toEqual(documentOf(whole.stdout))
  })

  it('goes on with a controller of the user, unless that was changed', async () => {
    const keeper = (colour: string): string => `export const keeper = {
      name: 'keeper', for: 'configmaps',
      async reconcile(request, client) {
        const site = await client.get('configmaps', request)
        if (site?.data?.colour !== '${colour}') await client.update('configmaps', { ...site, data: { colour: '${colour}' } })
      },
    }`
    write({ 'keeper.mjs': keeper('red') })
    const own = ['explore', '-f', 'settings.yaml', '--nodes', '1', '--controller', 'keeper.mjs'] as const
    const whole = await orrery(...own, '--json')
    expect((await orrery(...own, '--worlds', '12')).stdout).toContain('--resume')
    expect(documentOf((await orrery(...own, '--resume', '--json')).stdout)).toEqual(documentOf(whole.stdout))
    await orrery(...own, '--worlds', '12', '--checkpoint', 'own.checkpoint')
    write({ 'keeper.mjs': keeper('blue') })
    const { code, stderr } = await orrery(...own, '--resume', 'own.checkpoint')
    expect([code, stderr]).toEqual([2, expect.stringContaining('the controllers differ [E_CHECKPOINT_OTHER]')])
  }, 60_000)

  it('is kept where it is said, and says so', async () => {
    await orrery(...same, '--worlds', '500', '--checkpoint', 'here.checkpoint')
    expect((await orrery(...same, '--resume', 'here.checkpoint')).code).toBe(0)
  })

  it('loses nothing where it cannot be kept', async () => {
    const { code, stdout, stderr } = await orrery(...same, '--worlds', '500', '--checkpoint', 'web.yaml/here.checkpoint')
    expect([code, stdout.includes('Inconclusive'), stdout.includes('--resume')]).toEqual([3, true, false])
    expect(stderr).toContain('[E_UNWRITABLE]')
  })
})

describe('A checkpoint is refused', () => {
  const refused = async (...more: readonly string[]): Promise<string> => {
    const { code, stderr } = await orrery(...same, ...more)
    expect(code).toBe(2)
    return stderr
  }
  beforeEach(async () => { await orrery(...same, '--worlds', '500', '--checkpoint', 'own.checkpoint') })

  it('where there is none', async () => expect(await refused('--resume', 'none.checkpoint')).toContain('[E_NO_CHECKPOINT]'))
  it('where it is of something else, with what differs', async () =>
    expect(await refused('--delays', '2', '--resume', 'own.checkpoint')).toContain('the bounds differ [E_CHECKPOINT_OTHER]'))
  it('where the graph is asked for, of which it has nothing', async () =>
    expect(await refused('--graph', 'g.dot', '--resume', 'own.checkpoint')).toContain('[E_CHECKPOINT_OTHER]'))
  it('where a byte was changed, with the section', async () => {
    writeSync(openSync('own.checkpoint', 'r+'), 'x', 20_000)
    expect(await refused('--resume', 'own.checkpoint')).toMatch(/section \/\S+ was changed.*\[E_CHECKPOINT_BROKEN\]/)
  })
  it('where it ends too early', async () => {
    truncateSync('own.checkpoint', 20_000)
    expect(await refused('--resume', 'own.checkpoint')).toContain('it ends too early [E_CHECKPOINT_BROKEN]')
  })
  it('where it is no checkpoint', async () => expect(await refused('--resume', 'web.yaml')).toContain('[E_CHECKPOINT_BROKEN]'))
  it('of another Orrery', async () => {
    const text = readFileSync('own.checkpoint', 'latin1')
    writeFileSync('own.checkpoint', text.replace(/"orrery":"[^"]*"/, '"orrery":"0.0.1"'), 'latin1')
    expect(await refused('--resume', 'own.checkpoint')).toContain('the checkpoint is of Orrery 0.0.1, this is')
  })
})

describe('A disk that is full', () => {
  it('leaves the checkpoint that was there before', () => {
    const header: Header = { format: 'orrery-exploration', version: 1, orrery: '1', input: {} }
    writeCheckpoint('full.checkpoint', header, { data: 'before' })
    let written = 0
    const full = () => {
      if (++written > 2) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
      return 1
    }
    const saved = { data: 'after', arrays: { numbers: new Int32Array(100) } }
    expect(() => writeCheckpoint('full.checkpoint', header, saved, { ...files, writeSync: full as typeof files.writeSync })).toThrow('ENOSPC')
    expect(readCheckpoint('full.checkpoint').data).toBe('before')
    expect(readdirSync('.').filter((name) => name.endsWith('.writing'))).toEqual([])
  })
})
