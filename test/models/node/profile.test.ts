import { describe, expect, test } from 'vitest'
import { loadManifests } from '#api/manifests/load'
import { profileProblems } from '#models/node/profile-annotations'
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
      'probes.readiness.0.answer is "maybe"', 'Give "success", "failure" or "hangs".'],
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

describe('the annotation of a manifest', () => {
  const problems = (kind: string, annotations: string, template = ''): string[] => {
    const text = `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: web${annotations} }\nspec:\n  template:\n    metadata:${template}\n`
    return profileProblems(loadManifests([{ file: 'web.yaml', text }]).objects)
      .map(({ code, line, field, message }) => `${line} ${field} ${message} [${code}]`)
  }
  const inTemplate = (profile: string): string => `\n      annotations:\n        orrery.dev/profile: '${profile}'`
  const place = 'spec.template.metadata.annotations.orrery.dev/profile in the annotation orrery.dev/profile'

  test('is checked where it is read, with its place', () => {
    expect(problems('Deployment', '', inTemplate('startSeconds: 20'))).toEqual([])
    expect(problems('Deployment', '', inTemplate('startSecond: 20')))
      .toEqual([`8 ${place}: a profile has no field "startSecond" [E_PROFILE_FIELD]`])
    expect(problems('ReplicaSet', '', inTemplate('startSeconds: soon')))
      .toEqual([`8 ${place}: startSeconds is "soon" [E_PROFILE]`])
  })

  test('belongs to the pods, not to their Deployment', () => {
    expect(problems('Deployment', ', annotations: { orrery.dev/profile: "startSeconds: 20" }')).toEqual([
      '3 metadata.annotations.orrery.dev/profile the annotation orrery.dev/profile is on the Deployment, where no container sees it [E_PROFILE]',
    ])
  })
})
