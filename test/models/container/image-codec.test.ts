/** `images` in orrery.yaml: every error is one sentence with a code, a place and a next step. */
import { describe, expect, test } from 'vitest'
import { parseConfiguration } from '#cli/configuration'
import { formatInputError } from '#api/manifests/input-error'

const errorsOf = (text: string): readonly string[] =>
  parseConfiguration(text, 'orrery.yaml', []).errors.map(formatInputError)

const under = (...lines: readonly string[]): string => ['images:', ...lines.map((line) => `  ${line}`)].join('\n')

describe('An image of one\'s own', () => {
  test('is read', () => {
    const { configuration, errors } = parseConfiguration(under(
      'registry/shop/orders:', '  aliases: [example.org/orders]', '  entrypoint: [/app/orders]',
      '  env: { PORT: "8080" }', '  user: "1000"', '  runs:',
      '    - command: [orders]', '      listens: [{ port: 8080, env: PORT }]',
      '      http: [{ port: 8080, path: /healthz, untilSeconds: 60 }]', '      profile: { startSeconds: 4 }',
    ), 'orrery.yaml', [])
    expect(errors).toEqual([])
    expect(Object.keys(configuration.images)).toEqual(['docker.io/registry/shop/orders', 'example.org/orders'])
  })
  test('may say nothing', () => {
    expect(errorsOf(under('shop/orders:'))).toEqual([])
  })
})

describe('What is wrong with one', () => {
  test.each([
    ['a field that there is not', ['shop/orders:', '  entryPoint: [/a]'],
      'orrery.yaml:3:5: an image has no field "entryPoint" [E_IMAGE_FIELD]\n  Did you mean "entrypoint"?'],
    ['one that is like no other', ['shop/orders:', '  runs: [{ command: [], colour: red }]'],
      'orrery.yaml:3:27: a run has no field "colour" [E_IMAGE_FIELD]\n  Its fields are command, listens, http, '
      + 'profile, needsOneOf, stopExitCode, log.'],
    ['a text for a list', ['shop/orders:', '  cmd: serve'],
      'orrery.yaml:3:5: images.shop/orders.cmd is "serve" [E_IMAGE]\n  Give a list.'],
    ['a number for a text', ['shop/orders:', '  env: { PORT: 8080 }'],
      'orrery.yaml:3:12: images.shop/orders.env.PORT is 8080 [E_IMAGE]\n  Give text; numbers need quotes.'],
    ['no image at all', ['shop/orders: slow'],
      'orrery.yaml:2:3: images.shop/orders is "slow" [E_IMAGE]\n  Give an image, a mapping.'],
    ['a port that there is not', ['shop/orders:', '  exposedPorts: [80, 70000]'],
      'orrery.yaml:3:24: images.shop/orders.exposedPorts[1] is 70000 [E_IMAGE]\n  Give a port from 1 to 65535.'],
    ['a path that is none', ['shop/orders:', '  programs: [sh]'],
      'orrery.yaml:3:16: images.shop/orders.programs[0] is "sh" [E_IMAGE]\n  Give a path from the root, such as '
      + '/bin/sh.'],
    ['a signal that is none', ['shop/orders:', '  stopSignal: quit'],
      'orrery.yaml:3:5: images.shop/orders.stopSignal is "quit" [E_IMAGE]\n  Give a signal, such as SIGTERM.'],
    ['a run without its words', ['shop/orders:', '  runs: [{ stopExitCode: 0 }]'],
      'orrery.yaml:3:12: images.shop/orders.runs[0].command is missing [E_IMAGE]\n  Add command.'],
    ['a time that is none', ['shop/orders:', '  runs: [{ command: [], http: [{ port: 80, path: /, untilSeconds: 10s }] }]'],
      'orrery.yaml:3:55: images.shop/orders.runs[0].http[0].untilSeconds is "10s" [E_IMAGE]\n  Give a number of '
      + 'seconds, 0 or more.'],
    ['one in a profile', ['shop/orders:', '  runs: [{ command: [], profile: { startSeconds: -1 } }]'],
      'orrery.yaml:3:38: images.shop/orders.runs[0].profile.startSeconds is -1 [E_PROFILE]\n  Give a number of '
      + 'seconds, 0 or more.'],
    ['a field of a profile', ['shop/orders:', '  runs: [{ command: [], profile: { start: 1 } }]'],
      'orrery.yaml:3:38: a profile has no field "start" [E_PROFILE_FIELD]'],
    ['what is no name', ['Shop/Orders:'],
      'orrery.yaml:2:3: "Shop/Orders" is no name of an image: invalid reference format: repository name (Orders) '
      + 'must be lowercase [E_IMAGE_NAME]\n  Write it as containers do: registry/path:tag.'],
    ['the same image by two names', ['nginx: {}', 'docker.io/library/nginx: {}'],
      'orrery.yaml:3:3: the image "docker.io/library/nginx" is given twice: "nginx" is the same '
      + '[E_IMAGE_DUPLICATE]\n  Keep one of them.'],
    ['an alias that another image has', ['nginx: {}', 'shop/web:', '  aliases: [nginx]'],
      'orrery.yaml:4:15: the image "nginx" is given twice: "nginx" is the same [E_IMAGE_DUPLICATE]'],
  ])('%s', (_, lines, expected) => {
    const errors = errorsOf(under(...lines))
    expect(errors).toHaveLength(1)
    expect(errors[0]).toContain(expected)
  })
  test('a list of images', () => {
    expect(errorsOf('images: [nginx]')).toEqual([
      'orrery.yaml:1:1: "images" is ["nginx"] [E_CONFIGURATION]\n  It has to be a mapping by the names of images.'])
  })
})
