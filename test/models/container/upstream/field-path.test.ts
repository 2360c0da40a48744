/** Fields and resources of a pod, as texts. */
import * as either from 'fp-ts/lib/Either.js'
import type { ObjectMeta, Pod, ResourceList } from '#api/types'
import {
  convertDownwardApiFieldLabel, extractFieldPathAsString, formatMap, splitMaybeSubscriptedPath,
} from '#models/container/field-path'
import {
  defaultPodLimitsForDownwardApi, extractResourceValueByContainerName, type ResourceFieldSelector,
} from '#models/container/resource-value'
import { container, podOn } from '../../../support/node.js'
import { table, type Line } from '../../node/upstream/table.js'
import { run } from './run.js'

const source = 'pkg/fieldpath/fieldpath_test.go'

const said = ([path, metadata]: readonly [string, Partial<ObjectMeta>]): string => {
  const got = extractFieldPathAsString({ metadata: { name: '', uid: '', ...metadata } }, path)
  return either.isRight(got) ? `says ${got.right}` : got.left
}

const index = 'spec.pod.beta.kubernetes.io/statefulset-index'
const notAKey =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
  + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
  + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const notASubdomain =
  "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
  + "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
  + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

const requests = (name: string, divisor?: string): ResourceFieldSelector =>
  ({ resource: `requests.${name}`, ...(divisor === undefined ? {} : { divisor }) })
const limits = (name: string): ResourceFieldSelector => ({ resource: `limits.${name}` })

interface Asked {
  readonly asks: ResourceFieldSelector
  readonly requests?: ResourceList
  readonly limits?: ResourceList
}

const asked = (name: string) => ({ asks, ...resources }: Asked): string | undefined => {
  const pod = podOn({ containers: [{ name: 'app', resources }], init: [{ name: 'init-app', resources }] })
  return either.toUnion(extractResourceValueByContainerName(asks, pod, name))
}

const amounts: readonly Line<Asked, string | undefined>[] = [
  ['a limit of CPU', { asks: limits('cpu'), limits: { cpu: '9' } }, '9'],
  ['none', { asks: requests('cpu') }, '0'],
  ['a request', { asks: requests('cpu'), requests: { cpu: '8' } }, '8'],
  ['is rounded up', { asks: requests('cpu'), requests: { cpu: '100m' } }, '1'],
  ['by the divisor', { asks: requests('cpu', '100m'), requests: { cpu: '1200m' } }, '12'],
  ['memory', { asks: requests('memory'), requests: { memory: '100Mi' } }, '104857600'],
  ['in mebibytes',
    { asks: requests('memory', '1Mi'), requests: { memory: '100Mi' }, limits: { memory: '1Gi' } }, '100'],
  ['a limit of memory',
    { asks: limits('memory'), requests: { memory: '10Mi' }, limits: { memory: '100Mi' } }, '104857600'],
]

/** `cpu/memory` */
const list = (text: string): ResourceList => {
  const [cpu = '', memory = ''] = text.split('/')
  return { ...(cpu === '' ? {} : { cpu }), ...(memory === '' ? {} : { memory }) }
}

const limited = ([own, level]: readonly [string, string?]): string => {
  const pod: Pod = podOn({ spec: {
    containers: [container({ resources: { limits: list(own) } })],
    ...(level === undefined ? {} : { resources: { limits: list(level) } }),
  } })
  const defaulted = defaultPodLimitsForDownwardApi(pod, { cpu: '6', memory: '4Gi' })
  const { cpu, memory } = defaulted.spec.containers[0]?.resources?.limits ?? {}
  return `${cpu}/${memory}`
}

run([
  table(source, 'TestExtractFieldPathAsString', said, [
    ['the namespace', ['metadata.namespace', { namespace: 'object-namespace' }], 'says object-namespace'],
    ['the name', ['metadata.name', { name: 'object-name' }], 'says object-name'],
    ['labels', ['metadata.labels', { labels: { key: 'value' } }], 'says key="value"'],
    ['a line break in a label', ['metadata.labels', { labels: { key: 'value\n' } }], 'says key="value\\n"'],
    ['annotations',
      ['metadata.annotations', { annotations: { builder: 'john-doe' } }], 'says builder="john-doe"'],
    ['one annotation', [`metadata.annotations['${index}']`, { annotations: { [index]: '1' } }], 'says 1'],
    ['one with capitals',
      ["metadata.annotations['Www.k8s.io/test']", { annotations: { 'Www.k8s.io/test': '1' } }], 'says 1'],
    ['the uid', ['metadata.uid', { uid: 'b70b3269-858e' }], 'says b70b3269-858e'],
    ['one label',
      ["metadata.labels['something']", { labels: { something: 'label value' } }], 'says label value'],
    ['what is no field', ['metadata.whoops', {}], 'unsupported fieldPath: metadata.whoops'],
    ['what is no key of an annotation', ["metadata.annotations['invalid~key']", { annotations: { foo: 'bar' } }],
      `invalid key subscript in metadata.annotations['invalid~key']: name part ${notAKey}`],
    ['what is no key of a label', ["metadata.labels['Www.k8s.io/test']", {}],
      `invalid key subscript in metadata.labels['Www.k8s.io/test']: ${notASubdomain}`],
    ['a key of what has none', ["metadata.notexisting['something']", {}],
      'fieldPath "metadata.notexisting[\'something\']" does not support subscript'],
  ]),
  table(source, 'TestSplitMaybeSubscriptedPath', splitMaybeSubscriptedPath, [
    ['a key', "metadata.annotations['key']", ['metadata.annotations', 'key']],
    ['brackets and quotes in it', "metadata.annotations['a[b']c']", ['metadata.annotations', "a[b']c"]],
    ['an opening in it', "metadata.labels['['key']", ['metadata.labels', "['key"]],
    ['an end in it', "metadata.labels['key']']", ['metadata.labels', "key']"]],
    ['nothing in it', "metadata.labels['']", ['metadata.labels', '']],
    ['a blank in it', "metadata.labels[' ']", ['metadata.labels', ' ']],
    ['blanks around it', "metadata.labels[ 'key' ]", undefined],
    ['brackets alone', 'metadata.labels[]', undefined],
    ['one quote', "metadata.labels[']", undefined],
    ['more after it', "metadata.labels['key']foo", undefined],
    ['nothing before it', "['key']", undefined],
    ['no key', 'metadata.labels', undefined],
  ]),
  table(source, 'TestFormatMap', formatMap, [
    ['nothing', {}, ''],
    ['labels are in order', {
      'kubernetes.io/os': 'linux', 'beta.kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64',
      'node-role.kubernetes.io/master': 'true', 'kubernetes.io/hostname': 'master01',
    }, [
      'beta.kubernetes.io/os="linux"', 'kubernetes.io/arch="amd64"', 'kubernetes.io/hostname="master01"',
      'kubernetes.io/os="linux"', 'node-role.kubernetes.io/master="true"',
    ].join('\n')],
    ['JSON is quoted', { 'management.cattle.io/pod-limits': '{"cpu":"11400m","memory":"7965Mi"}' },
      'management.cattle.io/pod-limits="{\\"cpu\\":\\"11400m\\",\\"memory\\":\\"7965Mi\\"}"'],
  ]),
  table('pkg/apis/core/pods/helpers_test.go', 'TestConvertDownwardAPIFieldLabel',
    ([version, label]: readonly [string, string]) =>
      either.toUnion(convertDownwardApiFieldLabel(version, label)), [
      ['another version', ['v2', 'metadata.name'], 'unsupported pod version: v2'],
      ['what is no field', ['v1', 'invalid-label'], 'field label not supported: invalid-label'],
      ['the name', ['v1', 'metadata.name'], 'metadata.name'],
      ['annotations', ['v1', 'metadata.annotations'], 'metadata.annotations'],
      ['one annotation', ['v1', "metadata.annotations['myKey']"], "metadata.annotations['myKey']"],
      ['the host of old', ['v1', 'spec.host'], 'spec.nodeName'],
      ['the pod\'s IPs', ['v1', 'status.podIPs'], 'status.podIPs'],
      ['the node\'s', ['v1', 'status.hostIPs'], 'status.hostIPs'],
    ]),
  table('pkg/api/v1/resource/helpers_test.go', 'TestExtractResourceValue', asked('app'), amounts),
  table('pkg/api/v1/resource/helpers_test.go', 'TestExtractResourceValue of an init container',
    asked('init-app'), amounts),
  table('pkg/kubelet/kubelet_resources_test.go', 'TestPodResourceLimitsDefaulting', limited, [
    ['no limits are the node\'s', ['0/0'], '6/4Gi'],
    ['a limit of CPU', ['1/0'], '1/4Gi'],
    ['none written', ['/'], '6/4Gi'],
    ['a limit of memory', ['0/1Mi'], '6/1Mi'],
    ['the pod\'s memory is limited', ['0/0', '0/1Mi'], '6/1Mi'],
    ['the pod\'s CPU is', ['0/0', '1/0'], '1/4Gi'],
    ['both are', ['/', '1/1Mi'], '1/1Mi'],
    ['the container\'s own limit stands', ['0/1Mi', '1/5Mi'], '1/1Mi'],
    ['so do both', ['1/1Mi', '1/5Mi'], '1/1Mi'],
  ]),
])
