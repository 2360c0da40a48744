/** What programs of well-known images are to the processes of a container. */
import { describe, expect, test } from 'vitest'
import { catalogue, findImage } from '#models/container/catalogue'
import { imageProgram } from '#models/container/image-program'
import type { Image } from '#models/container/image'
import { memorySystem } from '../../support/memory-system.js'
import { begun, codeOf, finished, signalled, until } from '../../support/shell.js'
import type { Going } from '../../support/shell.js'

const imageOf = (name: string): Image | undefined => findImage(name, catalogue)

/** A container of an image, with the image's own words where none are given. */
function started(name: string, ...words: readonly string[]): Going {
  const image = imageOf(name)
  const argv = words.length > 0 ? words : [...image?.entrypoint ?? [], ...image?.cmd ?? []]
  const programs = new Proxy({}, { get: () => (all: readonly string[]) => imageProgram(image, all, {}) })
  return begun(argv, memorySystem({ programs }))
}

describe('A program of an image', () => {
  test.each([
    ['busybox', ['sh', '-c', 'true'], 'known'],
    ['busybox', ['sleep', '5'], 'known'],
    ['busybox', ['httpd'], 'server'],
    ['busybox', ['java'], 'absent'],
    ['nginx', ['nginx', '-g', 'daemon off;'], 'server'],
    ['nginx', ['/docker-entrypoint.sh', 'nginx'], 'server'],
    ['nginx', ['/docker-entrypoint.sh', 'sh', '-c', 'true'], 'becomes'],
    ['registry.k8s.io/pause:3.10', ['sh'], 'absent'],
    ['registry.example.org/own', ['/app/server'], 'server'],
    ['registry.example.org/own', ['sh', '-c', 'true'], 'known'],
  ])('%s: %j is %s', (name, words, is) => expect(imageProgram(imageOf(name), words, {}).is).toBe(is))

  test('does what a profile says of it', () => {
    expect(imageProgram(undefined, ['/app'], {}, { exits: { afterSeconds: 3, code: 2 } })).toMatchObject({
      is: 'ends',
      code: 2,
      after: 3,
    })
    expect(imageProgram(undefined, ['/app'], {}, { ignoresSigterm: true })).toMatchObject({
      signals: { TERM: {} },
    })
  })
})

describe('A container of the catalogue', () => {
  test('listens when it has started, and stops by its signal', () => {
    const going = until(started('nginx'), 5)
    expect(going.listens).toEqual([80])
    expect(codeOf(finished(signalled(going, 'QUIT')))).toBe(0)
  })

  test('hands over to a shell, and to what the shell runs', () => {
    const going = started('nginx', '/docker-entrypoint.sh', 'sh', '-c', 'echo ready; exec nginx')
    expect(going.said).toEqual(['ready'])
    expect(until(going, 5).listens).toEqual([80])
  })

  test.each(
    Object.keys(catalogue).filter(
      (name) => !name.endsWith('*') && (catalogue[name]?.entrypoint ?? catalogue[name]?.cmd)
    )
  )('%s runs as it says of itself', (name) => {
    const going = until(started(name), 600)
    expect(going.refusals).toEqual([])
    expect(going.busy).toEqual([])
    expect(codeOf(going) ?? 0).not.toBe(127)
  })
})
