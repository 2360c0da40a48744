/** /etc/hosts, /etc/resolv.conf and the hostname. */
import * as either from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import type { Pod, PodSpec } from '#api/types'
import {
  formDNSNameserversFitsLimits, formDNSSearchFitsLimits, getPodDNS, getPodDNSType, mergeDNSOptions,
  type DNSConfigurer, type Fitted, type PodDNSConfigOption,
} from '#models/container/dns'
import {
  generatePodHostNameAndDomain, getNodenameForKernel, truncatePodHostnameIfNeeded,
} from '#models/container/hostname'
import { hostsFile, managedHostsFileContent, nodeHostsFileContent } from '#models/container/hosts-file'
import { checkLimitsForResolvConf, parseResolvConf, resolvConf, type DNSConfig } from '#models/container/resolv-conf'
import { podOn } from '../../../support/node.js'
import { table, type Line } from '../../node/upstream/table.js'
import { run } from './run.js'

const pods = 'pkg/kubelet/kubelet_pods_test.go'
const dns = 'pkg/kubelet/network/dns/dns_test.go'

const local = [
  '127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', 'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix', 'fe00::1\tip6-allnodes', 'fe00::2\tip6-allrouters',
]
const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('')
const one = { ip: '123.45.67.89', hostnames: ['foo', 'bar', 'baz'] }
const two = { ip: '456.78.90.123', hostnames: ['park', 'doo', 'boo'] }
type Aliases = NonNullable<PodSpec['hostAliases']>

const added = ['', '# Entries added by HostAliases.', '123.45.67.89\tfoo\tbar\tbaz']
const more = [...added, '456.78.90.123\tpark\tdoo\tboo']
const nodeFile = lines('# hosts file for testing.', ...local, '123.45.67.89\tsome.domain')
const onNode = (...after: readonly string[]): string =>
  `# Kubernetes-managed hosts file (host network).\n${nodeFile}${lines(...after)}`
const managed = (...after: readonly string[]): string =>
  lines('# Kubernetes-managed hosts file.', ...local, ...after)
const withDomain = '203.0.113.1\tpodFoo.domainFoo\tpodFoo'

const long = (parts: readonly number[]): string => parts.map((length) => '1234567'.slice(0, length)).join('.')
const eight = long([7, 7, 7, 7, 7, 7, 7, 7])

const told = <E>(got: either.Either<E, unknown>): unknown => either.toUnion(got)

interface NamedPod {
  readonly name?: string
  readonly hostname?: string
  readonly subdomain?: string
  readonly hostnameOverride?: string
}
const named = ({ name = 'test-pod', ...spec }: NamedPod): string => {
  const got = generatePodHostNameAndDomain(podOn({ name, spec }), 'cluster.local')
  return either.isLeft(got) ? got.left.split(':')[0] ?? '' : `${got.right.hostname} ${got.right.domain}`.trim()
}

type Kernel = readonly [hostname: string, domain: string, asFQDN: boolean]

const config = (servers: string, searches = '', options = ''): DNSConfig => {
  const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '')
  return { servers: words(servers), searches: words(searches), options: words(options) }
}
const nothing = config('')

const files: readonly Line<string, unknown>[] = [
  ['nothing', '', nothing], ['a blank', ' ', nothing], ['a line break', '\n', nothing],
  ['tabs', '\t\n\t', nothing], ['a comment', '#comment\n', nothing], ['one after a blank', ' #comment\n', nothing],
  ['two comments', '#comment\n#comment', nothing],
  ['a nameserver without an address', '#comment\nnameserver', 'nameserver list is empty '],
  ['and a search without paths', '#comment\nnameserver\nsearch', 'nameserver list is empty '],
  ['a search without paths', '#comment\nnameserver 1.2.3.4\nsearch', config('1.2.3.4')],
  ['a nameserver', 'nameserver 1.2.3.4', config('1.2.3.4')],
  ['after a blank', ' nameserver 1.2.3.4', config('1.2.3.4')],
  ['after a tab', '\tnameserver 1.2.3.4', config('1.2.3.4')],
  ['a tab between', 'nameserver\t1.2.3.4', config('1.2.3.4')],
  ['tabs and blanks between', 'nameserver \t 1.2.3.4', config('1.2.3.4')],
  ['two nameservers', 'nameserver 1.2.3.4\nnameserver 5.6.7.8', config('1.2.3.4 5.6.7.8')],
  ['a comment behind', 'nameserver 1.2.3.4 #comment', config('1.2.3.4')],
  ['search alone', 'search ', nothing], ['the root alone', 'search .', nothing],
  ['the root and a path', 'search . foo', config('', 'foo')],
  ['a path and the root', 'search foo .', config('', 'foo')],
  ['the root between', 'search foo .  bar', config('', 'foo bar')],
  ['a path', 'search foo', config('', 'foo')], ['two', 'search foo bar', config('', 'foo bar')],
  ['one that ends with a dot', 'search foo. bar', config('', 'foo bar')],
  ['three', 'search foo bar bat\n', config('', 'foo bar bat')],
  ['the last search counts', 'search foo\nsearch bar', config('', 'bar')],
  ['both', 'nameserver 1.2.3.4\nsearch foo bar', config('1.2.3.4', 'foo bar')],
  ['two of both', 'nameserver 1.2.3.4\nsearch foo\nnameserver 5.6.7.8\nsearch bar', config('1.2.3.4 5.6.7.8', 'bar')],
  ['what is no keyword', '#comment\nnameserver 1.2.3.4\n#comment\nsearch foo\ncomment', config('1.2.3.4', 'foo')],
  ['options alone', 'options ', nothing],
  ['two options', 'options ndots:5 attempts:2', config('', '', 'ndots:5 attempts:2')],
  ['the last of a name counts', 'options ndots:1 ndots:5 attempts:2', config('', '', 'ndots:5 attempts:2')],
  ['options without values', 'options ndots:1 edns0 attempts:2 single-request-reopen',
    config('', '', 'ndots:1 edns0 attempts:2 single-request-reopen')],
  ['two lines of options', 'options ndots:1\noptions ndots:5 attempts:3', config('', '', 'ndots:5 attempts:3')],
  ['which add up', 'options ndots:1 timeout:3 timeout:1 attempts:3\noptions ndots:5',
    config('', '', 'ndots:5 timeout:1 attempts:3')],
  ['the same twice', 'options ndots:1 attempts:3\noptions ndots:1 attempts:3 ndots:5',
    config('', '', 'ndots:5 attempts:3')],
  ['all of them', 'nameserver 1.2.3.4\nsearch foo\nnameserver 5.6.7.8\nsearch bar\noptions ndots:5 attempts:4',
    config('1.2.3.4 5.6.7.8', 'bar', 'ndots:5 attempts:4')],
]

const fit = ({ kept, warnings }: Fitted): readonly [readonly string[], readonly string[]] =>
  [kept, warnings.map(({ message }) => message)]
const exceeded = (paths: readonly string[]): string =>
  `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${paths.join(' ')}`

const own = ['testNS.svc.TEST', 'svc.TEST', 'TEST']
const manyPaths = [...own, ...Array.from({ length: 29 }, (_, i) => `${i + 4}`)]
const full = ['A'.repeat(128), ...Array.from({ length: 15 }, () => 'A'.repeat(127))]
const servers = ['127.0.0.1', '10.0.0.10', '8.8.8.8']
const tooLong = [...own, 'AAA', 'B'.repeat(256), 'BBB']

type Settings = Pick<PodSpec, 'hostNetwork' | 'dnsPolicy' | 'dnsConfig'>
const podWith = (settings: Settings): Pod =>
  podOn({ name: 'test_pod', metadata: { namespace: 'testNS' }, spec: settings })

const custom: DNSConfigurer = {
  clusterDNS: ['10.0.0.10'], clusterDomain: 'kubernetes.io', host: config('8.8.8.8', 'host.domain'),
}
const ofCluster = 'testNS.svc.kubernetes.io svc.kubernetes.io kubernetes.io'
const dnsConfig = {
  nameservers: ['10.0.0.11'], searches: ['my.domain'], options: [{ name: 'ndots', value: '3' }, { name: 'debug' }],
}
const cluster = config('10.0.0.10 10.0.0.11', `${ofCluster} host.domain my.domain`, 'ndots:3 debug')

/** A kubelet without --resolv-conf. */
const bare: DNSConfigurer = { clusterDNS: ['203.0.113.1'], clusterDomain: 'kubernetes.io' }

run([
  table(pods, 'TestNodeHostsFileContent', (aliases: Aliases) => nodeHostsFileContent(nodeFile, aliases), [
    ['the node\'s file', [], onNode()], ['an alias', [one], onNode(...added)], ['two', [one, two], onNode(...more)],
  ]),
  table(pods, 'TestManagedHostsFileContent', ([ips, domain, aliases]: readonly [readonly string[], string, Aliases]) =>
    managedHostsFileContent(ips, 'podFoo', domain, aliases), [
    ['a hostname', [['123.45.67.89'], '', []], managed('123.45.67.89\tpodFoo')],
    ['a domain', [['203.0.113.1'], 'domainFoo', []], managed(withDomain)],
    ['an alias', [['203.0.113.1'], 'domainFoo', [one]], managed(withDomain, ...added)],
    ['two', [['203.0.113.1'], 'domainFoo', [one, two]], managed(withDomain, ...more)],
    ['two IPs', [['203.0.113.1', 'fd00::6'], 'domainFoo', []],
      managed(withDomain, 'fd00::6\tpodFoo.domainFoo\tpodFoo')],
  ]),
  table(pods, 'TestTruncatePodHostname', (text: string) => told(truncatePodHostnameIfNeeded('test-pod', text)), [
    ['one that is short enough', 'test.pod.hostname', 'test.pod.hostname'],
    ['one that is not', `${eight}.1234567.`, eight],
    ['one that would end with a dot',
      `${long([7, 7, 7, 7, 7, 7, 7, 6])}.1234567.`, long([7, 7, 7, 7, 7, 7, 7, 6])],
    ['one that would end with a dash',
      `${long([7, 7, 7, 7, 7, 7, 7, 6])}-1234567.`, long([7, 7, 7, 7, 7, 7, 7, 6])],
  ]),
  table(pods, 'TestGeneratePodHostNameAndDomain', named, [
    ['the pod\'s name', {}, 'test-pod'],
    ['a hostname', { hostname: 'custom-hostname' }, 'custom-hostname'],
    ['a subdomain', { subdomain: 'my-subdomain' }, 'test-pod my-subdomain.default.svc.cluster.local'],
    ['both', { hostname: 'custom-hostname', subdomain: 'my-subdomain' },
      'custom-hostname my-subdomain.default.svc.cluster.local'],
    ['an override of both',
      { hostname: 'custom-hostname', subdomain: 'my-subdomain', hostnameOverride: 'override-hostname' },
      'override-hostname'],
    ['one that is no name', { hostnameOverride: 'Invalid-Hostname-!' },
      'pod HostnameOverride "Invalid-Hostname-!" is not a valid DNS subdomain'],
    ['one with a dot', { hostnameOverride: 'valid.hostname' }, 'valid.hostname'],
    ['a name that is too long', { name: 'a'.repeat(65) }, 'a'.repeat(63)],
    ['a hostname that is no name', { hostname: 'Invalid-Hostname-!' },
      'pod Hostname "Invalid-Hostname-!" is not a valid DNS label'],
    ['a subdomain that is no name', { subdomain: 'invalid_subdomain' },
      'pod Subdomain "invalid_subdomain" is not a valid DNS label'],
    ['a hostname that is too long', { hostname: 'a'.repeat(64) },
      `pod Hostname "${'a'.repeat(64)}" is not a valid DNS label`],
  ]),
  table('pkg/kubelet/util/util_test.go', 'TestGetNodenameForKernel',
    ([hostname, domain, asFQDN]: Kernel) => told(getNodenameForKernel({ hostname, domain }, asFQDN)), [
      ['no domain', ['test.pod.hostname', '', false], 'test.pod.hostname'],
      ['no domain to be said', ['test.pod.hostname', '', true], 'test.pod.hostname'],
      ['a domain', ['test.pod.hostname', 'svc.subdomain.local', false], 'test.pod.hostname'],
      ['a domain that is said', ['test.pod.hostname', 'svc.subdomain.local', true],
        'test.pod.hostname.svc.subdomain.local'],
      ['one that is too long', ['1234567.1234567', long([7, 7, 7, 7, 7, 7, 7]), false], '1234567.1234567'],
      ['one that is too long to be said', ['1234567.1234567', long([7, 7, 7, 7, 7, 7, 7]), true],
        'failed to construct FQDN from pod hostname and cluster domain, FQDN '
        + `${long([7, 7, 7, 7, 7, 7, 7, 7, 7])} is too long (64 characters is the max, 71 characters requested)`],
    ]),
  table(dns, 'TestParseResolvConf', (text: string) => told(parseResolvConf(text)), files),
  table(dns, 'TestFormDNSSearchFitsLimits', (paths: readonly string[]) => fit(formDNSSearchFitsLimits(paths)), [
    ['three paths', own, [own, []]], ['five', [...own, 'AAA', 'BBB'], [[...own, 'AAA', 'BBB'], []]],
    ['one that is too long', tooLong, [[...own, 'AAA', 'BBB'], [exceeded([...own, 'AAA', 'BBB'])]]],
    ['2048 characters', full, [full, []]], ['2050', [...full, 'B'], [full, [exceeded(full)]]],
    ['seven', [...own, 'A', 'B', 'C', 'D'], [[...own, 'A', 'B', 'C', 'D'], []]],
    ['32', manyPaths, [manyPaths, []]], ['33', [...manyPaths, '33'], [manyPaths, [exceeded(manyPaths)]]],
  ]),
  table(dns, 'TestFormDNSNameserversFitsLimits', (all: readonly string[]) => fit(formDNSNameserversFitsLimits(all)), [
    ['one', ['127.0.0.1'], [['127.0.0.1'], []]], ['three', servers, [servers, []]],
    ['four', [...servers, '1.2.3.4'], [servers, ['Nameserver limits were exceeded, some nameservers have been '
      + 'omitted, the applied nameserver line is: 127.0.0.1 10.0.0.10 8.8.8.8']]],
  ]),
  table(dns, 'TestMergeDNSOptions', (options: readonly PodDNSConfigOption[]) =>
    mergeDNSOptions(['ndots:5', 'debug'], options).join(' '), [
    ['none', [], 'ndots:5 debug'],
    ['others', [{ name: 'single-request' }, { name: 'attempts', value: '3' }],
      'ndots:5 debug single-request attempts:3'],
    ['the same', [{ name: 'ndots', value: '3' }, { name: 'debug' }, { name: 'single-request' }],
      'ndots:3 debug single-request'],
  ]),
  table(dns, 'TestGetPodDNSType', (settings: Settings) => getPodDNSType(podWith(settings)), [
    ['ClusterFirst', { dnsPolicy: 'ClusterFirst' }, 'cluster'],
    ['ClusterFirstWithHostNet in the node\'s network',
      { dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true }, 'cluster'],
    ['ClusterFirstWithHostNet', { dnsPolicy: 'ClusterFirstWithHostNet' }, 'cluster'],
    ['Default', { dnsPolicy: 'Default' }, 'host'],
    ['Default in the node\'s network', { dnsPolicy: 'Default', hostNetwork: true }, 'host'],
    ['ClusterFirst in the node\'s network', { dnsPolicy: 'ClusterFirst', hostNetwork: true }, 'host'],
    ['None', { dnsPolicy: 'None' }, 'none'],
  ]),
  table(dns, 'TestGetPodDNS', (settings: Settings) => getPodDNS(podWith(settings), bare).config, [
    ['the cluster\'s, in the node\'s network', { dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true },
      config('203.0.113.1', ofCluster, 'ndots:5')],
    ['the node\'s, that has no file', { dnsPolicy: 'ClusterFirst', hostNetwork: true }, config('127.0.0.1', '.')],
    ['the cluster\'s', { dnsPolicy: 'ClusterFirst', hostNetwork: false },
      config('203.0.113.1', ofCluster, 'ndots:5')],
    ['the node\'s by name', { dnsPolicy: 'Default', hostNetwork: true }, config('127.0.0.1', '.')],
  ]),
  table(dns, 'TestGetPodDNSCustom', (settings: Settings) => getPodDNS(podWith(settings), custom).config, [
    ['None alone', { dnsPolicy: 'None' }, nothing],
    ['None and the pod\'s own', { dnsPolicy: 'None', dnsConfig: { ...dnsConfig, nameservers: ['203.0.113.1'],
      searches: ['my.domain', 'second.domain'] } }, config('203.0.113.1', 'my.domain second.domain', 'ndots:3 debug')],
    ['ClusterFirst and the pod\'s own', { dnsPolicy: 'ClusterFirst', dnsConfig }, cluster],
    ['in the node\'s network', { dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true, dnsConfig }, cluster],
    ['Default and the pod\'s own', { dnsPolicy: 'Default', dnsConfig },
      config('8.8.8.8 10.0.0.11', 'host.domain my.domain', 'ndots:3 debug')],
  ]),
])

it('a pod finds its settings in /etc/resolv.conf', () => {
  expect(resolvConf(getPodDNS(podWith({ dnsPolicy: 'ClusterFirst' }), custom).config)).toBe(lines(
    `search ${ofCluster} host.domain`, 'nameserver 10.0.0.10', 'options ndots:5'))
})

it('a kubelet that knows no cluster DNS says so, and the pod resolves as its node does', () => {
  const { config: got, warnings } = getPodDNS(podWith({ dnsPolicy: 'ClusterFirst' }), { ...custom, clusterDNS: [] })
  expect(got).toEqual(custom.host)
  expect(warnings).toEqual([
    { about: 'node', reason: 'MissingClusterDNS', message: 'kubelet does not have ClusterDNS IP configured and '
      + 'cannot create Pod using "ClusterFirst" policy. Falling back to "Default" policy.' },
    { about: 'pod', reason: 'MissingClusterDNS', message: 'pod: "test_pod_testNS()". kubelet does not have '
      + 'ClusterDNS IP configured and cannot create Pod using "ClusterFirst" policy. Falling back to "Default" '
      + 'policy.' },
  ])
})

it('a node is warned of a file that leaves no room for the cluster\'s paths', () => {
  const check = (paths: readonly string[]): string | undefined =>
    checkLimitsForResolvConf('/etc/resolv.conf', { ...nothing, searches: paths }, 'cluster.local')
  expect(check(manyPaths.slice(0, 29))).toBeUndefined()
  expect(check(manyPaths)).toBe(
    "Resolv.conf file '/etc/resolv.conf' contains search line consisting of more than 29 domains!")
  expect(check(['B'.repeat(254)])).toBe('Resolv.conf file "/etc/resolv.conf" contains a search path which length '
    + 'is more than allowed 253 chars!')
  expect(check([...full, 'B'])).toBe("Resolv.conf file '/etc/resolv.conf' contains search line which length is more "
    + 'than allowed 2048 chars!')
})

it('a pod has no hosts file before it has an IP, unless it is in its node\'s network', () => {
  const { spec } = podOn()
  expect(hostsFile(spec, [], 'web', '')).toBeUndefined()
  expect(hostsFile(spec, ['10.244.0.2'], 'web', '')).toBe(managed('10.244.0.2\tweb'))
  expect(hostsFile({ ...spec, hostNetwork: true }, [], 'web', '', '127.0.0.1\tlocalhost\n')).toBe(
    '# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n')
})
