/** What the kubelet writes into volumes. */
import { expect, it } from 'vitest'
import * as either from 'fp-ts/lib/Either.js'
import type { ConfigMap, Container, Pod, Secret } from '#api/types'
import { toBase64 } from '#api/text'
import { cleanPath, collectDownwardApi } from '#models/container/downward-payload'
import { notRegistered, objectsOf } from '#models/container/found'
import { aggregate, configMapPayload, noDefaultMode, secretPayload, type Payload } from '#models/container/payload'
import {
  collectProjected, fsUserFrom, volumePayload, type MounterArgs, type VolumeKnown,
} from '#models/container/volume-payload'
import type { DownwardAPIVolumeFile, KeyToPath, VolumeProjection } from '#models/container/volume-sources'
import { podOn } from '../../../support/node.js'
import { table, type Line } from '../../node/upstream/table.js'
import { run } from './run.js'

type Texts = { readonly [key: string]: string }

interface Case {
  readonly data?: Texts
  readonly binary?: Texts
  /** `key:path`, and a mode in octal. */
  readonly items?: readonly string[]
  readonly optional?: boolean
}

const encoded = (data: Texts): Texts =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, toBase64(text)]))

const configMapOf = ({ data = {}, binary = {} }: Case): ConfigMap => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'b', uid: '' }, data,
  binaryData: encoded(binary),
})

const secretOf = ({ data = {} }: Case): Secret => ({
  apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'b', uid: '' }, type: 'Opaque',
  data: encoded(data),
})

const itemsOf = ({ items = [] }: Case): readonly KeyToPath[] => items.map((item) => {
  const [key = '', path = '', mode] = item.split(':')
  return { key, path, ...(mode === undefined ? {} : { mode: parseInt(mode, 8) }) }
})

/** `path: data mode`, a line each; or why not. */
const lines = (got: either.Either<string, Payload>): readonly string[] | string => (either.isLeft(got) ? got.left
  : Object.entries(got.right).map(([path, { data, mode, fsUser }]) =>
    `${path}: ${data} ${mode.toString(8)}${fsUser === undefined ? '' : ` of ${fsUser}`}`))

const wanted = (one: Case): { items: readonly KeyToPath[]; optional: boolean; defaultMode: number } =>
  ({ items: itemsOf(one), optional: one.optional === true, defaultMode: 0o644 })

const data = { foo: 'foo', bar: 'bar' }

const both = (missing: string): readonly Line<Case, readonly string[] | string>[] => [
  ['all keys', { data }, ['bar: bar 644', 'foo: foo 644']],
  ['one key at a path', { data, items: ['foo:path/to/foo.txt'] }, ['path/to/foo.txt: foo 644']],
  ['folders', { data, items: ['foo:path/to/1/2/3/foo.txt'] }, ['path/to/1/2/3/foo.txt: foo 644']],
  ['two keys',
    { data, items: ['foo:path/to/1/2/3/foo.txt', 'bar:another/path/to/the/esteemed/bar.bin'] },
    ['path/to/1/2/3/foo.txt: foo 644', 'another/path/to/the/esteemed/bar.bin: bar 644']],
  ['a key that is missing', { data, items: ['zab:path/to/foo.txt'] }, missing],
  ['modes of their own', { data, items: ['foo:foo.txt:400', 'bar:bar.bin:400'] },
    ['foo.txt: foo 400', 'bar.bin: bar 400']],
  ['the default mode', { data, items: ['foo:foo.txt', 'bar:bar.bin'] },
    ['foo.txt: foo 644', 'bar.bin: bar 644']],
  ['an optional key that is missing', { data, items: ['zab:path/to/foo.txt'], optional: true }, []],
]
const ofConfigMap = both('configmap references non-existent config key: zab')
const ofSecret = both('references non-existent secret key: zab')

const pod: Pod = podOn({
  name: 'podName', containers: [{ resources: { limits: { cpu: '500m' } } }],
  metadata: {
    namespace: 'shop', labels: { key1: 'value1', key2: 'value2' },
    annotations: { a1: 'value1', a2: 'value2', multiline: 'c\nb\na' },
  },
})

const known = (one: Case = {}): VolumeKnown => ({
  objects: objectsOf(() => configMapOf(one), () => secretOf(one)),
  allocatable: { cpu: '4', memory: '1Gi' },
  token: ({ audience = 'https://api', expirationSeconds = 3600 }) =>
    either.right(`token:${expirationSeconds}:${audience}`),
})

const projected = (
  sources: readonly VolumeProjection[], one: Case = {}, args: MounterArgs = {}, mode: number | undefined = 0o644,
): readonly string[] | string =>
  lines(collectProjected({ sources, ...(mode < 0 ? {} : { defaultMode: mode }) }, pod, known(one), args))

const field = (path: string, fieldPath: string, mode?: number): DownwardAPIVolumeFile =>
  ({ path, fieldRef: { fieldPath }, ...(mode === undefined ? {} : { mode }) })

const downward = (items: readonly DownwardAPIVolumeFile[]): readonly string[] | string =>
  lines(either.mapLeft(aggregate)(collectDownwardApi(items, pod, { cpu: '4' }, 0o644)))

const labels = 'key1="value1"\nkey2="value2"'
const annotations = 'a1="value1"\na2="value2"\nmultiline="c\\nb\\na"'
const noName = projected([{ downwardAPI: { items: [field('annotation', "metadata.annotations['']")] } }])

interface Token extends MounterArgs {
  readonly audience?: string
  readonly path?: string
  readonly expirationSeconds?: number
  readonly mode?: number
}
const token = ({ path = 'token', mode, fsUser, fsGroup, ...more }: Token): readonly string[] | string =>
  projected([{ serviceAccountToken: { path, ...more } }], {},
    { ...(fsUser === undefined ? {} : { fsUser }), ...(fsGroup === undefined ? {} : { fsGroup }) }, mode)

const user = (runAsUser?: number): Partial<Container> =>
  ({ securityContext: runAsUser === undefined ? {} : { runAsUser } })

const projectedSource = 'pkg/volume/projected/projected_test.go'

run([
  table('pkg/volume/configmap/configmap_test.go', 'TestMakePayload',
    (one: Case) => lines(configMapPayload(configMapOf(one), wanted(one))), [
      ...ofConfigMap,
      ['binary keys', { binary: data }, ['bar: bar 644', 'foo: foo 644']],
      ['both', { binary: { foo: 'foo' }, data: { bar: 'bar' } }, ['foo: foo 644', 'bar: bar 644']],
    ]),
  table('pkg/volume/secret/secret_test.go', 'TestMakePayload',
    (one: Case) => lines(secretPayload(secretOf(one), wanted(one))), ofSecret),
  table(projectedSource, 'TestCollectDataWithSecret', (one: Case) =>
    projected([{ secret: { name: 'a', items: itemsOf(one), optional: one.optional === true } }], one), ofSecret),
  table(projectedSource, 'TestCollectDataWithConfigMap', (one: Case) =>
    projected([{ configMap: { name: 'a', items: itemsOf(one), optional: one.optional === true } }], one), ofConfigMap),
  table(projectedSource, 'TestCollectDataWithDownwardAPI',
    (items: readonly DownwardAPIVolumeFile[]) => projected([{ downwardAPI: { items } }]), [
      ['an annotation', [field('annotation', "metadata.annotations['a1']")], ['annotation: value1 644']],
      ['what is no annotation', [field('annotation', "metadata.annotations['']")], noName],
      ['labels', [field('labels', 'metadata.labels')], [`labels: ${labels} 644`]],
      ['annotations', [field('annotations', 'metadata.annotations')], [`annotations: ${annotations} 644`]],
      ['the name', [field('name_file_name', 'metadata.name')], ['name_file_name: podName 644']],
      ['the namespace', [field('namespace_file_name', 'metadata.namespace')], ['namespace_file_name: shop 644']],
    ]),
  table(projectedSource, 'TestCollectDataWithServiceAccountToken', token, [
    ['a token', { audience: 'https://example.com', expirationSeconds: 60 },
      ['token: token:60:https://example.com 644']],
    ['at another path', { audience: 'https://example.com', expirationSeconds: 60, path: 'other-token' },
      ['other-token: token:60:https://example.com 644']],
    ['for the API server', { expirationSeconds: 60 }, ['token: token:60:https://api 644']],
    ['for an hour', {}, ['token: token:3600:https://api 644']],
    ['no default mode', { mode: -1 }, noDefaultMode],
    ['one user reads it', { fsUser: 1000 }, ['token: token:3600:https://api 600 of 1000']],
    ['a group reads it', { fsGroup: 1000 }, ['token: token:3600:https://api 600']],
    ['both', { fsUser: 1000, fsGroup: 1000 }, ['token: token:3600:https://api 600 of 1000']],
  ]),
  table('pkg/volume/downwardapi/downwardapi_test.go', 'TestDownwardAPI', downward, [
    ['labels', [field('labels', 'metadata.labels')], [`labels: ${labels} 644`]],
    ['annotations', [field('annotations', 'metadata.annotations')], [`annotations: ${annotations} 644`]],
    ['the name', [field('name_file_name', 'metadata.name')], ['name_file_name: podName 644']],
    ['the namespace', [field('namespace_file_name', 'metadata.namespace')], ['namespace_file_name: shop 644']],
    ['folders',
      [field('these/are/my/labels', 'metadata.labels'), field('these/are/your/name', 'metadata.name')],
      [`these/are/my/labels: ${labels} 644`, 'these/are/your/name: podName 644']],
    ['two slashes', [field('this//labels', 'metadata.labels')], [`this/labels: ${labels} 644`]],
    ['a mode of its own', [field('name_file_name', 'metadata.name', 0o400)], ['name_file_name: podName 400']],
    // Not in upstream's table, in its code.
    ['a limit that there is', [{ path: 'cpu', resourceFieldRef: { containerName: 'app', resource: 'limits.cpu' } }],
      ['cpu: 1 644']],
    ['everything that is wrong is told', [
      { path: 'cpu', resourceFieldRef: { containerName: 'b', resource: 'limits.cpu' } },
      field('a', 'metadata.whoops'), field('b', 'metadata.whoops'),
    ], '[container b not found, unsupported fieldPath: metadata.whoops]'],
  ]),
  table('pkg/volume/util/util_test.go', 'TestFsUserFrom',
    ([init, ...apps]: readonly (number | undefined)[]) =>
      fsUserFrom(podOn({ init: [user(init)], containers: apps.map(user) })), [
      ['nobody says who', [undefined, undefined], undefined],
      ['one does not', [1000, 1000, undefined], undefined],
      ['they differ', [999, 1000, 1000], undefined],
      ['all say the same', [1000, 1000, 1000], 1000],
    ]),
  table('pkg/volume', 'what a volume gets (no test of upstream\'s)',
    (volume: Parameters<typeof volumePayload>[0]) => {
      const objects = objectsOf(() => undefined, () => undefined)
      const got = volumePayload(volume, pod, { ...known(), objects }, {})
      return got === undefined ? 'nothing' : lines(got)
    }, [
      ['a ConfigMap that is missing', { name: 'v', configMap: { name: 'a', defaultMode: 0o644 } },
        'configmap "a" not found'],
      ['a Secret that is missing', { name: 'v', secret: { secretName: 'a', defaultMode: 0o644 } },
        'secret "a" not found'],
      ['one that is optional', { name: 'v', secret: { secretName: 'a', optional: true, defaultMode: 0o644 } }, []],
      ['two that are missing', { name: 'v', projected: {
        defaultMode: 0o644, sources: [{ configMap: { name: 'a' } }, { secret: { name: 'b' } }],
      } }, '[configmap "a" not found, secret "b" not found]'],
      ['an empty folder', { name: 'v', emptyDir: {} }, 'nothing'],
    ]),
  table('pkg/kubelet/util/manager', 'Get (watch_based_manager.go)', (name: string) => notRegistered('shop', name), [
    ['an object of a pod that is none of the kubelet\'s', 'kube-root-ca.crt',
      { message: 'object "shop"/"kube-root-ca.crt" not registered', isNotFound: false }],
  ]),
  table('path/filepath', 'Clean', cleanPath, [
    ['two slashes', 'a//b', 'a/b'], ['dots', './a/./b/', 'a/b'], ['up', 'a/b/../c', 'a/c'],
    ['up too far', '../a', '../a'], ['nothing', '', '.'], ['the root', '/..', '/'],
  ]),
])

it('a subscript that is no key is refused in upstream\'s words', () => {
  expect(noName).toMatch(/^invalid key subscript in metadata.annotations\[''\]: name part must be non-empty;/)
})
