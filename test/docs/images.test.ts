/** docs/images.md: its example is read, its tables list every field, and the catalogue is the models'. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as either from 'fp-ts/lib/Either.js'
import { parseConfiguration } from '#cli/configuration'
import { behaviourOf, catalogue, findImage, httpAnswer } from '#models/container/catalogue'
import { images } from '#models/container/catalogue.generated'
import { processArgs } from '#models/container/command'
import { decodeImages } from '#models/container/image-codec'
import { familiarName } from '#models/container/image-name'
import type { Image, Run } from '#models/container/image'

const path = new URL('../../docs/images.md', import.meta.url).pathname
const page = readFileSync(path, 'utf8')
const [, example = ''] = /```yaml\n([^]*?)```/.exec(page) ?? []
const parsed = parseConfiguration(example, 'orrery.yaml', [])

const code = (text: string): string => `\`${text}\``

function answers({ runs = [] }: Image): string {
  const of = ({ listens = [], http = [] }: Run): readonly string[] => listens.map(({ port }) => {
    const paths = [...new Set(http.filter((one) => one.port === port).map((one) => one.path))]
    return `${port}${paths.length === 0 ? '' : ` ${paths.map(code).join(' ')}`}`
  })
  const named = runs.length > 3 ? runs.filter(({ listens }) => listens !== undefined) : runs
  return [...new Set(named.flatMap((run) => of(run).map((text) =>
    (runs.length > 3 ? `${run.command.slice(1).join(' ')}: ${text}` : text))))].join('; ')
}

function stops({ stopSignal, runs = [] }: Image): string {
  const codes = [...new Set(runs.map(({ stopExitCode }) => stopExitCode))]
  const said = codes.length === 1 && codes[0] !== undefined ? `exit ${codes[0]}` : ''
  const ignores = runs.some(({ profile }) => profile?.ignoresSigterm === true) ? 'SIGTERM is not heard' : ''
  return [stopSignal, said, ignores].filter((text) => text !== undefined && text !== '').join(', ')
}

const row = ([name, image]: readonly [string, Image]): string => {
  const words = [image.entrypoint, image.cmd].map((list) => (list === undefined ? '' : code(list.join(' '))))
  const shell = image.programs === undefined ? '' : image.programs.includes('/bin/sh') ? 'yes' : 'no'
  const cells = [
    `${code(familiarName(name))}${image.note === undefined ? '' : ' *'}`, ...words, image.user ?? '', shell,
    answers(image), stops(image),
  ]
  return `| ${cells.join(' | ')} |`
}

const made = [
  '| image | `ENTRYPOINT` | `CMD` | user | shell | listens on, answers | stops by |', '| --- | --- | --- | --- | --- | --- | --- |',
  ...Object.entries(images).map(row),
  '', 'Other names of these:', '',
  ...Object.entries(images).flatMap(([name, { aliases = [] }]) =>
    (aliases.length === 0 ? [] : [`- ${code(familiarName(name))}: ${aliases.map(code).join(', ')}`])),
  '', '\\* It is assumed:', '',
  ...Object.entries(images).flatMap(([name, { note }]) =>
    (note === undefined ? [] : [`- of ${code(familiarName(name))} ${note}`])),
].join('\n')

describe('docs/images.md', () => {
  test('shows the catalogue', () => {
    const shown = page.replace(/(<!-- catalogue: .* -->\n)[^]*?(<!-- end -->)/, (_, from: string, end: string) =>
      `${from}${made}\n${end}`)
    if (process.env['UPDATE'] !== undefined) writeFileSync(path, shown)
    else expect(page).toBe(shown)
  })

  test('has an example that is read', () => {
    expect(parsed.errors).toEqual([])
    expect(Object.keys(parsed.configuration.images)).toEqual(
      ['registry.example.org/shop/orders', 'registry.example.org/shop/web:v1'])
  })

  test('has an example that behaves as it says', () => {
    const image = findImage('registry.example.org/shop/orders:v3', parsed.configuration.images, catalogue)!
    const words = (args: readonly string[]): readonly string[] =>
      either.getOrElse((): readonly string[] => [])(processArgs({ command: [], args }, image))
    const served = behaviourOf(image, words([]), image.env ?? {})!
    expect(served.profile).toEqual(
      { startSeconds: 4, closesListenerAfterSeconds: 5, exitsAfterSigtermSeconds: 5, listens: [8080] })
    expect(httpAnswer(served, 8080, '/healthz', 10)).toEqual({ code: 503, body: 'warming up' })
    expect(httpAnswer(served, 8080, '/healthz', 20)).toEqual({ code: 200, body: 'ok' })
    expect(httpAnswer(served, 8080, '/orders/7', 1)?.code).toBe(200)
    expect(behaviourOf(image, words(['serve', '--port=9000']), image.env ?? {})?.profile.listens).toEqual([9000])
    expect(behaviourOf(image, words(['migrate']), {})?.profile.exits).toEqual({ afterSeconds: 0, code: 1 })
    expect(behaviourOf(image, words(['migrate']), { DATABASE_URL: 'x' })?.profile.exits).toEqual({ afterSeconds: 3 })
    expect(findImage('registry.example.org/shop/web:v2', parsed.configuration.images, catalogue)).toBeUndefined()
  })

  test('lists every field', () => {
    const [fields = '', ofRuns = ''] = page.split('A **run** is found').map((part) => part.split('What is wrong')[0] ?? '')
    const rows = (text: string): readonly string[] => text.split('\n').filter((line) => /^\| `/.test(line))
      .flatMap((line) => line.split('|')[1]?.match(/\w+/g) ?? []).sort()
    const known = (entry: object): readonly string[] => (decodeImages({ a: entry as never }, '').errors[0]?.next ?? '')
      .replace(/^Its fields are (.*)\.$/, '$1').split(', ').sort()
    expect(rows(fields)).toEqual(known({ nothing: 1 }))
    expect(['command', ...rows(ofRuns)].sort()).toEqual(known({ runs: [{ command: [], nowhere: 1 }] }))
  })
})
