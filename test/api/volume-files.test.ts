/** Files that the kubelet writes into volumes: pkg/apis/core/validation/validation_test.go TestValidateVolumes. */
import { expect, test } from 'vitest'
import type { Input, Volume } from '#api/types'
import { errorText } from '#api/validation'
import { validateVolumes } from '#api/validation/volumes'

type Source = Partial<Omit<Input<Volume>, 'name'>>

const labels = { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.labels' } }
const memory = { resourceFieldRef: { containerName: 'test-container', resource: 'requests.memory' } }
const files = (...items: readonly Record<string, unknown>[]): Source =>
  ({ downwardAPI: { items } }) as Source // JSON, as it is read from a file
const projected = (...sources: readonly Record<string, unknown>[]): Source => ({ projected: { sources } }) as Source // likewise
const mode = 'must be a number between 0 and 0777 (octal), both inclusive'
const [api, all] = ['spec.volumes[0].downwardAPI', 'spec.volumes[0].projected']

test.each<readonly [string, Source, readonly string[]]>([
  ['valid DownwardAPI', files(
    { path: 'labels', ...labels },
    { path: 'labels with subscript', fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['key']" } },
    { path: 'annotations', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.annotations' } },
    { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
    { path: 'name', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } },
    { path: 'path/with/subdirs', ...labels },
    { path: 'path/./withdot', ...labels },
    { path: 'path/with/embedded..dotdot', ...labels },
    { path: 'path/with/leading/..dotdot', ...labels },
    { path: 'memory_request', ...memory },
  ), []],
  ['hugepages-downwardAPI-enabled', files({ path: 'hugepages', resourceFieldRef: {
    containerName: 'test-container', resource: 'requests.hugepages-2Mi' } }), []],
  ['downapi valid defaultMode', { downwardAPI: { defaultMode: 0o644 } }, []],
  ['downapi valid item mode', files({ mode: 0o644, path: 'path', ...labels }), []],
  ['downapi invalid positive item mode', files({ mode: 0o1000, path: 'path', ...labels }),
    [`${api}.mode: Invalid value: 512: ${mode}`]],
  ['downapi invalid negative item mode', files({ mode: -1, path: 'path', ...labels }),
    [`${api}.mode: Invalid value: -1: ${mode}`]],
  ['downapi empty metatada path', files({ path: '', ...labels }), [`${api}.path: Required value`]],
  ['downapi absolute path', files({ path: '/absolutepath', ...labels }),
    [`${api}.path: Invalid value: "/absolutepath": must be a relative path`]],
  ['downapi dot dot path', files({ path: '../../passwd', ...labels }),
    [`${api}.path: Invalid value: "../../passwd": must not contain '..'`]],
  ['downapi dot dot file name', files({ path: '..badFileName', ...labels }),
    [`${api}.path: Invalid value: "..badFileName": must not start with '..'`]],
  ['downapi dot dot first level dirent', files({ path: '..badDirName/goodFileName', ...labels }),
    [`${api}.path: Invalid value: "..badDirName/goodFileName": must not start with '..'`]],
  ['downapi fieldRef and ResourceFieldRef together', files({ path: 'test', ...labels, ...memory }),
    [`${api}: Invalid value: "resource": fieldRef and resourceFieldRef can not be specified simultaneously`]],
  ['downapi invalid positive defaultMode', { downwardAPI: { defaultMode: 0o1000 } },
    [`${api}.defaultMode: Invalid value: 512: ${mode}`]],
  ['downapi invalid negative defaultMode', { downwardAPI: { defaultMode: -1 } },
    [`${api}.defaultMode: Invalid value: -1: ${mode}`]],
  ['ProjectedVolumeSource more than one projection in a source',
    projected({ secret: { name: 'foo' } }, { secret: { name: 'foo' }, downwardAPI: {} }),
    [`${all}.sources[1]: Forbidden: may not specify more than 1 volume type per source`]],
  ['ProjectedVolumeSource more than one projection in a source, without names',
    projected({ secret: {} }, { secret: {}, downwardAPI: {} }), [
      `${all}.sources[0].secret.name: Required value`, `${all}.sources[1].secret.name: Required value`,
      `${all}.sources[1]: Forbidden: may not specify more than 1 volume type per source`,
    ]],
  // Not in that table; read in validateContainerResourceFieldSelector and validateProjectionSources.
  ['a file of a resource names its container', files({ path: 'a', resourceFieldRef: { resource: 'limits.cpu' } }),
    [`${api}.resourceFieldRef.containerName: Required value`]],
  ['a token has a path', projected({ serviceAccountToken: { expirationSeconds: 3600 } }), [`${all}.path: Required value`]],
  ['a token lives for 2^32 seconds at most', projected({ serviceAccountToken: { path: 'a', expirationSeconds: 2 ** 32 + 1 } }),
    [`${all}.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 4294967297: `
      + 'may not specify a duration larger than 2^32 seconds']],
  ['two files of the downward API in one place', projected({ downwardAPI: { items: [{ path: 'a', ...labels }, { path: 'a', ...labels }] } }),
    [`${all}: Invalid value: "a": conflicting duplicate paths`]],
])('%s', (_, source, expected) => {
  expect(validateVolumes([{ name: 'a', ...source }], 'spec.volumes').errors.map(errorText)).toEqual(expected)
})
