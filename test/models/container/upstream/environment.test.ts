/** The variables of a container. */
import * as either from 'fp-ts/lib/Either.js'
import type { ConfigMap, Container, EnvVar, EnvVarSource, Pod, Protocol, Secret, Service } from '#api/types'
import { toBase64 } from '#api/text'
import type { Known } from '#models/container/env-sources'
import { makeEnvironmentVariables } from '#models/container/environment'
import { objectsOf } from '#models/container/found'
import { fromServices } from '#models/container/service-variables'
import { container as containerOf, podOn } from '../../../support/node.js'
import { table } from '../../node/upstream/table.js'
import { run } from './run.js'

const service = (
  name: string, namespace: string, clusterIP: string, ...ports: readonly [Protocol, number, string?][]
): Service => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, uid: name },
  spec: {
    type: 'ClusterIP', sessionAffinity: 'None', clusterIP,
    ports: ports.map(([protocol, port, of]) =>
      ({ protocol, port, targetPort: port, ...(of === undefined ? {} : { name: of }) })),
  },
  status: { loadBalancer: {} },
})

const services: readonly Service[] = [
  service('kubernetes', 'default', '1.2.3.1', ['TCP', 8081]),
  service('test', 'test1', '1.2.3.3', ['TCP', 8083]),
  service('kubernetes', 'test2', '1.2.3.4', ['TCP', 8084]),
  service('test', 'test2', '1.2.3.5', ['TCP', 8085]),
  service('test', 'test2', 'None', ['TCP', 8085]),
  service('test', 'test2', '', ['TCP', 8085]),
  service('not-special', 'default', '1.2.3.8', ['TCP', 8088]),
  service('not-special', 'default', 'None', ['TCP', 8088]),
]

type Texts = { readonly [name: string]: string }

interface Case {
  readonly in?: string
  readonly links?: boolean | undefined
  readonly container?: Partial<Container>
  readonly noServices?: boolean
  readonly isStatic?: boolean
  readonly notSynced?: boolean
  readonly configMap?: Texts
  readonly secret?: Texts
  readonly podIPs?: readonly string[]
  /** Files of the volume `config`. */
  readonly files?: Texts
}

const configMapOf = (data: Texts): ConfigMap =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'b', uid: '' }, data })

const secretOf = (data: Texts): Secret => ({
  apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'b', uid: '' }, type: 'Opaque',
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, toBase64(text)])),
})

const knownOf = ({ noServices, notSynced, configMap, secret, podIPs = [], files }: Case): Known => ({
  services: noServices === true ? [] : services,
  servicesHaveSynced: notSynced !== true,
  objects: objectsOf(
    () => (configMap === undefined ? undefined : configMapOf(configMap)),
    () => (secret === undefined ? undefined : secretOf(secret))),
  podIPs, hostIPs: ['127.0.0.1', '::1'], allocatable: { cpu: '4', memory: '8Gi' },
  envFile: (volume, path) => {
    const text = files?.[path]
    return volume === 'config' ? { hostPath: `/volumes/${path}`, ...(text === undefined ? {} : { text }) } : undefined
  },
})

function made(one: Case): Texts | string {
  const pod: Pod = podOn({
    name: 'dapi-test-pod-name',
    metadata: {
      namespace: one.in ?? 'test1',
      ...(one.isStatic === true ? { annotations: { 'kubernetes.io/config.source': 'file' } } : {}),
    },
    spec: {
      serviceAccountName: 'special', nodeName: 'node-name',
      ...('links' in one ? (one.links === undefined ? {} : { enableServiceLinks: one.links })
        : { enableServiceLinks: false }),
    },
  })
  const got = makeEnvironmentVariables(pod, containerOf(one.container), knownOf(one))
  if (either.isLeft(got)) return got.left
  return Object.fromEntries(got.right.map(({ name, value }) => [name, value]))
}

/** The seven variables of a Service with one port. */
const ofService = (name: string, ip: string, port: number): Texts => ({
  [`${name}_SERVICE_HOST`]: ip, [`${name}_SERVICE_PORT`]: `${port}`, [`${name}_PORT`]: `tcp://${ip}:${port}`,
  [`${name}_PORT_${port}_TCP`]: `tcp://${ip}:${port}`, [`${name}_PORT_${port}_TCP_PROTO`]: 'tcp',
  [`${name}_PORT_${port}_TCP_PORT`]: `${port}`, [`${name}_PORT_${port}_TCP_ADDR`]: ip,
})

const kubernetes = ofService('KUBERNETES', '1.2.3.1', 8081)
const test1 = ofService('TEST', '1.2.3.3', 8083)

const env = (values: Texts): readonly EnvVar[] => Object.entries(values).map(([name, value]) => ({ name, value }))
const from = (name: string, valueFrom: EnvVarSource): EnvVar => ({ name, valueFrom })
const field = (name: string, fieldPath: string): EnvVar =>
  from(name, { fieldRef: { apiVersion: 'v1', fieldPath } })
const file = (name: string, path: string, optional = false, volumeName = 'config'): EnvVar =>
  from(name, { fileKeyRef: { volumeName, path, key: name, optional } })

const ips = [
  field('POD_IP', 'status.podIP'), field('POD_IPS', 'status.podIPs'),
  field('HOST_IP', 'status.hostIP'), field('HOST_IPS', 'status.hostIPs'),
]
const bothIPs = {
  POD_IP: '1.2.3.4', POD_IPS: '1.2.3.4,fd00::6', HOST_IP: '127.0.0.1', HOST_IPS: '127.0.0.1,::1',
}

const replacing = { TEST_LITERAL: 'test-test-test', EXPANSION_TEST: '$(REPLACE_ME)', DUPE_TEST: 'ENV_VAR' }
const twice = (kind: 'configMapRef' | 'secretRef', prefix: string): Partial<Container> => ({
  envFrom: [{ [kind]: { name: 'a' } }, { prefix, [kind]: { name: 'a' } }], env: env(replacing),
})
const replaced = (what: string, prefix: string): Texts => ({
  TEST_LITERAL: 'test-test-test', REPLACE_ME: `FROM_${what}`, EXPANSION_TEST: `FROM_${what}`, DUPE_TEST: 'ENV_VAR',
  [`${prefix}REPLACE_ME`]: `FROM_${what}`, [`${prefix}DUPE_TEST`]: what,
})
const configMap = { REPLACE_ME: 'FROM_CONFIG_MAP', DUPE_TEST: 'CONFIG_MAP' }
const secret = { REPLACE_ME: 'FROM_SECRET', DUPE_TEST: 'SECRET' }

const expansion = [
  ...env({ TEST_LITERAL: 'test-test-test' }), field('POD_NAME', 'metadata.name'),
  ...env({
    OUT_OF_ORDER_TEST: '$(OUT_OF_ORDER_TARGET)', OUT_OF_ORDER_TARGET: 'FOO', EMPTY_VAR: '',
    EMPTY_TEST: 'foo-$(EMPTY_VAR)', POD_NAME_TEST2: 'test2-$(POD_NAME)', POD_NAME_TEST3: '$(POD_NAME_TEST2)-3',
    LITERAL_TEST: 'literal-$(TEST_LITERAL)', TEST_UNDEFINED: '$(UNDEFINED_VAR)',
  }),
]
const expanded = {
  TEST_LITERAL: 'test-test-test', POD_NAME: 'dapi-test-pod-name', POD_NAME_TEST2: 'test2-dapi-test-pod-name',
  POD_NAME_TEST3: 'test2-dapi-test-pod-name-3', LITERAL_TEST: 'literal-test-test-test',
  OUT_OF_ORDER_TEST: '$(OUT_OF_ORDER_TARGET)', OUT_OF_ORDER_TARGET: 'FOO', TEST_UNDEFINED: '$(UNDEFINED_VAR)',
  EMPTY_VAR: '', EMPTY_TEST: 'foo-',
}

const key = (kind: 'configMapKeyRef' | 'secretKeyRef', name: string, optional: boolean): Partial<Container> =>
  ({ env: [from('POD_NAME', { [kind]: { name, key: 'key', optional } })] })

const pods = 'pkg/kubelet/kubelet_pods_test.go'

run([
  table('pkg/kubelet/envvars/envvars_test.go', 'TestFromServices',
    (one: Service) => Object.fromEntries(fromServices([one]).map(({ name, value }) => [name, value])), [
      ['a port without a name', service('foo-bar', 'x', '1.2.3.4', ['TCP', 8080]),
        ofService('FOO_BAR', '1.2.3.4', 8080)],
      ['ports of two protocols', service('abc-123', 'x', '5.6.7.8', ['UDP', 8081, 'u-d-p'], ['TCP', 8081, 't-c-p']), {
        ...ofService('ABC_123', '5.6.7.8', 8081), ABC_123_PORT: 'udp://5.6.7.8:8081',
        ABC_123_SERVICE_PORT_U_D_P: '8081', ABC_123_SERVICE_PORT_T_C_P: '8081',
        ABC_123_PORT_8081_UDP: 'udp://5.6.7.8:8081', ABC_123_PORT_8081_UDP_PROTO: 'udp',
        ABC_123_PORT_8081_UDP_PORT: '8081', ABC_123_PORT_8081_UDP_ADDR: '5.6.7.8',
      }],
      ['a port named by its number', service('q-u-u-x', 'x', '9.8.7.6', ['TCP', 8082], ['TCP', 8083, '8083']), {
        ...ofService('Q_U_U_X', '9.8.7.6', 8082), Q_U_U_X_SERVICE_PORT_8083: '8083',
        Q_U_U_X_PORT_8083_TCP: 'tcp://9.8.7.6:8083', Q_U_U_X_PORT_8083_TCP_PROTO: 'tcp',
        Q_U_U_X_PORT_8083_TCP_PORT: '8083', Q_U_U_X_PORT_8083_TCP_ADDR: '9.8.7.6',
      }],
      ['without an IP on purpose', service('svrc-clusterip-none', 'x', 'None', ['TCP', 8082]), {}],
      ['without one yet', service('svrc-clusterip-empty', 'x', '', ['TCP', 8082]), {}],
      ['IPv6', service('super-ipv6', 'x', '2001:DB8::', ['TCP', 8084]), {
        ...ofService('SUPER_IPV6', '2001:DB8::', 8084),
        SUPER_IPV6_PORT: 'tcp://[2001:DB8::]:8084', SUPER_IPV6_PORT_8084_TCP: 'tcp://[2001:DB8::]:8084',
      }],
      ['SCTP', service('sctp-1', 'x', '1.2.3.4', ['SCTP', 777]), {
        SCTP_1_SERVICE_HOST: '1.2.3.4', SCTP_1_SERVICE_PORT: '777', SCTP_1_PORT: 'sctp://1.2.3.4:777',
        SCTP_1_PORT_777_SCTP: 'sctp://1.2.3.4:777', SCTP_1_PORT_777_SCTP_PROTO: 'sctp',
        SCTP_1_PORT_777_SCTP_PORT: '777', SCTP_1_PORT_777_SCTP_ADDR: '1.2.3.4',
      }],
    ]),
  table(pods, 'TestMakeEnvironmentVariables', made, [
    ['services are waited for', { notSynced: true },
      'services have not yet been read at least once, cannot construct envvars'],
    ['but not by static pods', { notSynced: true, isStatic: true, noServices: true }, {}],
    ['the pod has the variables of a Service itself',
      { container: { env: env({ FOO: 'BAR', ...test1 }) } }, { FOO: 'BAR', ...test1, ...kubernetes }],
    ['and there are no Services',
      { container: { env: env({ FOO: 'BAR', ...test1 }) }, noServices: true }, { FOO: 'BAR', ...test1 }],
    ['it has not', { container: { env: env({ FOO: 'BAZ' }) } }, { FOO: 'BAZ', ...kubernetes }],
    ['with service links', { container: { env: env({ FOO: 'BAZ' }) }, links: true },
      { FOO: 'BAZ', ...test1, ...kubernetes }],
    ['a namespace with a Service kubernetes of its own', { in: 'test2', container: { env: env({ FOO: 'ZAP' }) } },
      { FOO: 'ZAP', ...kubernetes }],
    ['which stands with service links', { in: 'test2', container: { env: env({ FOO: 'ZAP' }) }, links: true },
      { FOO: 'ZAP', ...ofService('TEST', '1.2.3.5', 8085), ...ofService('KUBERNETES', '1.2.3.4', 8084) }],
    ['the namespace default', { in: 'default' }, kubernetes],
    ['the namespace default, with service links', { in: 'default', links: true },
      { ...ofService('NOT_SPECIAL', '1.2.3.8', 8088), ...kubernetes }],
    ['fields of the pod', {
      in: 'downward-api', noServices: true, podIPs: ['1.2.3.4', 'fd00::6'],
      container: { env: [
        field('POD_NAME', 'metadata.name'), field('POD_NAMESPACE', 'metadata.namespace'),
        field('POD_NODE_NAME', 'spec.nodeName'), field('POD_SERVICE_ACCOUNT_NAME', 'spec.serviceAccountName'),
        ...ips,
      ] },
    }, {
      POD_NAME: 'dapi-test-pod-name', POD_NAMESPACE: 'downward-api', POD_NODE_NAME: 'node-name',
      POD_SERVICE_ACCOUNT_NAME: 'special', ...bothIPs,
    }],
    ['IPs in the other order',
      { noServices: true, podIPs: ['fd00::6', '1.2.3.4'], container: { env: ips } }, bothIPs],
    ['an IP too many',
      { noServices: true, podIPs: ['1.2.3.4', '192.168.1.1.', 'fd00::6'], container: { env: ips } }, bothIPs],
    ['references', { container: { env: expansion } }, { ...expanded, ...kubernetes }],
    ['references to variables of a Service', {
      links: true,
      container: { env: [...expansion, ...env({ SERVICE_VAR_TEST: '$(TEST_SERVICE_HOST):$(TEST_SERVICE_PORT)' })] },
    }, { ...expanded, SERVICE_VAR_TEST: '1.2.3.3:8083', ...test1, ...kubernetes }],
    ['an optional ConfigMap that is missing', { container: key('configMapKeyRef', 'a', true) }, kubernetes],
    ['an optional key of a ConfigMap',
      { container: key('configMapKeyRef', 'a', true), noServices: true, configMap: { a: 'b' } }, {}],
    ['an optional Secret that is missing', { container: key('secretKeyRef', 'a', true) }, kubernetes],
    ['an optional key of a Secret',
      { container: key('secretKeyRef', 'a', true), noServices: true, secret: { a: 'b' } }, {}],
    ['a ConfigMap, twice', { container: twice('configMapRef', 'p_'), configMap },
      { ...replaced('CONFIG_MAP', 'p_'), ...kubernetes }],
    ['with a prefix that begins with a digit', { container: twice('configMapRef', '1_'), configMap },
      { ...replaced('CONFIG_MAP', '1_'), ...kubernetes }],
    ['a ConfigMap, with service links', { container: twice('configMapRef', 'p_'), configMap, links: true },
      { ...replaced('CONFIG_MAP', 'p_'), ...test1, ...kubernetes }],
    ['a ConfigMap that is missing', { container: { envFrom: [{ configMapRef: { name: 'settings' } }] } },
      'configmap "settings" not found'],
    ['one that is optional', { container: { envFrom: [{ configMapRef: { name: 'settings', optional: true } }] } },
      kubernetes],
    ['keys of a ConfigMap that are no names in C',
      { container: { envFrom: [{ prefix: 'p_', configMapRef: { name: 'a' } }] }, configMap: { 1234: 'abc' } },
      { p_1234: 'abc', ...kubernetes }],
    ['a Secret, twice', { container: twice('secretRef', 'p_'), secret },
      { ...replaced('SECRET', 'p_'), ...kubernetes }],
    ['a Secret, with service links', { container: twice('secretRef', 'p_'), secret, links: true },
      { ...replaced('SECRET', 'p_'), ...test1, ...kubernetes }],
    ['a Secret that is missing', { container: { envFrom: [{ secretRef: { name: 'password' } }] } },
      'secret "password" not found'],
    ['one that is optional too', { container: { envFrom: [{ secretRef: { name: 'password', optional: true } }] } },
      kubernetes],
    ['keys of a Secret that are no names in C',
      { container: { envFrom: [{ prefix: 'p_', secretRef: { name: 'a' } }] }, secret: { '1234.name': 'abc' } },
      { 'p_1234.name': 'abc', ...kubernetes }],
    ['nothing said about service links', { links: undefined },
      'nil pod.spec.enableServiceLinks encountered, cannot construct envvars'],
    // Not in upstream's table, in its code.
    ['a key of a ConfigMap that is missing',
      { container: key('configMapKeyRef', 'settings', false), configMap: { a: 'b' } },
      "couldn't find key key in ConfigMap test1/settings"],
    ['a key of a Secret that is missing',
      { container: key('secretKeyRef', 'password', false), secret: { a: 'b' } },
      "couldn't find key key in Secret test1/password"],
    ['a container that is not there',
      { container: { env: [from('A', { resourceFieldRef: { containerName: 'b', resource: 'limits.cpu' } })] } },
      'container b not found'],
  ]),
  table(pods, 'TestMakeEnvironmentVariablesWithFileKeyRef', (one: Case) => made({ noServices: true, ...one }), [
    ['a file', { files: { 'a.env': "DATABASE='mydb'\nAPI_KEY='secret123'\n" },
      container: { env: [file('DATABASE', 'a.env')] } }, { DATABASE: 'mydb' }],
    ['comments and empty lines', { files: { 'a.env': "# A\n\nDATABASE='mydb'\nAPI_KEY='secret123'\n\n# B\n" },
      container: { env: [file('API_KEY', 'a.env')] } }, { API_KEY: 'secret123' }],
    ['blanks around =', { files: { 'a.env': "DEBUG_MODE = 'true'\n" },
      container: { env: [file('DEBUG_MODE', 'a.env')] } }, "couldn't parse env file"],
    ['a key that is missing', { files: { 'a.env': "EXISTING_KEY='value'\n" },
      container: { env: [file('MISSING_KEY', 'a.env')] } },
    'environment variable key "MISSING_KEY" not found in file "/volumes/a.env"'],
    ['one that is optional', { files: { 'a.env': "EXISTING_KEY='value'\n" },
      container: { env: [file('OPTIONAL_KEY', 'a.env', true)] } }, {}],
    ['a file that is missing', { container: { env: [file('DATABASE', 'b.env')] } }, "couldn't parse env file"],
    ['a volume that is missing', { container: { env: [file('DATABASE', 'a.env', false, 'other')] } },
      'cannot find the volume "other" referenced by FileKeyRef'],
    ['two files', { files: { 'a.env': "DATABASE='mydb'\n", 'b.env': "API_KEY='secret123'\n" },
      container: { env: [file('DATABASE', 'a.env'), file('API_KEY', 'b.env')] } },
    { DATABASE: 'mydb', API_KEY: 'secret123' }],
    ['a file beside a value', { files: { 'a.env': "FILE_VAR='file_value'\n" },
      container: { env: [...env({ STATIC_VAR: 'static_value' }), file('FILE_VAR', 'a.env')] } },
    { STATIC_VAR: 'static_value', FILE_VAR: 'file_value' }],
  ]),
])
