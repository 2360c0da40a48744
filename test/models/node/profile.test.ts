import { describe, expect, test } from 'vitest'
import { decodeProfiles, decodeProfileText } from '#models/node/profile-codec'
import { defaultProfile, profileKey, profileOf } from '#models/node/profile'
import { container, oneNode, podOn } from '../../support/node.js'

describe('the text of a profile', () => {
  test('is YAML or JSON', () => {
    const yaml = `
startSeconds: 30
exits: { afterSeconds: 60, code: 1 }
probes:
  readiness:
    - { afterSeconds: 30, answer: success }
containers:
  proxy: { ignoresSigterm: true }
`
    const profile = {
      startSeconds: 30, exits: { afterSeconds: 60, code: 1 },
      probes: { readiness: [{ afterSeconds: 30, answer: 'success' }] },
      containers: { proxy: { ignoresSigterm: true } },
    }
    expect(decodeProfileText(yaml)).toEqual({ profile, errors: [] })
    expect(decodeProfileText(JSON.stringify(profile))).toEqual({ profile, errors: [] })
  })
  test.each([
    ['startSeconds: soon', 'E_PROFILE', 'startSeconds', 'startSeconds is "soon"', 'Give a number of seconds, 0 or more.'],
    ['startSeconds: -1', 'E_PROFILE', 'startSeconds', 'startSeconds is -1', 'Give a number of seconds, 0 or more.'],
    ['exits: { code: 1 }', 'E_PROFILE', 'exits.afterSeconds', 'exits.afterSeconds is missing', 'Give a number of seconds, 0 or more.'],
    ['exits: { afterSeconds: 1, code: 256 }', 'E_PROFILE', 'exits.code', 'exits.code is 256', 'Give an exit code from 0 to 255.'],
    ['listens: [80, 99999]', 'E_PROFILE', 'listens.1', 'listens.1 is 99999', 'Give a port from 1 to 65535.'],
    ['probes: { readiness: [{ afterSeconds: 1, answer: maybe }] }', 'E_PROFILE', 'probes.readiness.0.answer',
      'probes.readiness.0.answer is "maybe"', 'Give "success" or "failure".'],
    ['containers: { app: { startSeconds: x } }', 'E_PROFILE', 'containers.app.startSeconds',
      'containers.app.startSeconds is "x"', 'Give a number of seconds, 0 or more.'],
  ])('%s: %s', (text, code, field, message, next) => {
    expect(decodeProfileText(text, 'web.yaml').errors)
      .toEqual([{ code, file: 'web.yaml', field, message, next }])
  })
  test('names a field that does not exist', () => {
    const { errors } = decodeProfileText('starts: 1')
    expect(errors).toMatchObject([{ code: 'E_PROFILE_FIELD', field: 'starts', message: 'a profile has no field "starts"' }])
  })
  test('that is no YAML is told as such', () => {
    expect(decodeProfileText('{').errors[0]?.code).toBe('E_YAML_SYNTAX')
  })
  test('a document of profiles lists them by image', () => {
    expect(decodeProfiles({ images: { 'app:v2': { startSeconds: 9 } } }, 'profiles.yaml'))
      .toEqual({ profile: { 'app:v2': { startSeconds: 9 } }, errors: [] })
    expect(decodeProfiles({ images: { 'app:v2': { startSeconds: 'x' } } }, 'profiles.yaml').errors)
      .toMatchObject([{ code: 'E_PROFILE', field: 'images.app:v2.startSeconds' }])
  })
})

test('a container takes its own entry, then the annotation, then its image, then the default', () => {
  const { world } = oneNode()
  world.perform((cells) => {
    cells.write(profileKey('app:v1'), { startSeconds: 5, pullSeconds: 7, ignoresSigterm: true })
    const pod = podOn({ profile: { startSeconds: 20, containers: { proxy: { startSeconds: 2 } } } })
    expect(profileOf(cells, podOn(), container({ image: 'other' }))).toBe(defaultProfile)
    expect(profileOf(cells, podOn(), container()))
      .toMatchObject({ startSeconds: 5, pullSeconds: 7, ignoresSigterm: true })
    expect(profileOf(cells, pod, container())).toMatchObject({ startSeconds: 20, pullSeconds: 7 })
    expect(profileOf(cells, pod, container({ name: 'proxy' })))
      .toMatchObject({ startSeconds: 2, closesListenerAfterSeconds: 0 })
  })
})
