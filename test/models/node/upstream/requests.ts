import type { Container, PodSpec, ResourceList } from '#api/types'
import {
  hasPodLevelResources, isPodLevelResource, parseResources, podLimits, podRequests, summedRequests,
  type Resources,
} from '#models/scheduling/requests'
import { container, podOn } from '../../../support/node.js'
import { table, type Line, type Table } from './table.js'

export const source = 'component-helpers/resource/helpers_test.go'

export interface Case {
  readonly apps?: readonly ResourceList[]
  /** `s`: a sidecar. */
  readonly inits?: readonly (ResourceList | readonly ['s', ResourceList])[]
  readonly overhead?: ResourceList
  /** Of the pod as a whole. */
  readonly level?: ResourceList
  readonly levelLimits?: ResourceList
  /** The sum of the containers alone: ExcludeOverhead, SkipPodLevelResources. */
  readonly isSum?: boolean
}

type Which = 'requests' | 'limits'

const isSidecar =
  (given: ResourceList | readonly ['s', ResourceList]): given is readonly ['s', ResourceList] =>
  Array.isArray(given)

export function specOf(which: Which, { apps = [], inits = [], overhead, level, levelLimits }: Case): PodSpec {
  const one = (list: ResourceList, more: Partial<Container> = {}): Container =>
    container({ ...more, resources: { [which]: list } })
  return podOn({
    spec: {
      containers: apps.map((list) => one(list)),
      initContainers: inits.map((given) =>
        (isSidecar(given) ? one(given[1], { restartPolicy: 'Always' }) : one(given))),
      ...(overhead === undefined ? {} : { overhead }),
      ...(level === undefined && levelLimits === undefined ? {} : {
        resources: {
          ...(level === undefined ? {} : { requests: level }),
          ...(levelLimits === undefined ? {} : { limits: levelLimits }),
        },
      }),
    },
  }).spec
}

type Amounts = Readonly<Record<string, number>>
export const amounts = ({ cpu, memory, ephemeral, scalars }: Resources): Amounts =>
  ({ cpu, memory, ephemeral, ...scalars })
export const parsed = (list: ResourceList): Amounts => amounts(parseResources(list))

export const requestsOf = (one: Case): Amounts => {
  const spec = specOf('requests', one)
  return amounts(one.isSum === true ? summedRequests(spec) : podRequests(spec))
}
const limitsOf = (one: Case): Amounts => amounts(podLimits(specOf('limits', one)))

type Short = readonly [sentence: string, given: Case, expected: ResourceList]
const lines = (rows: readonly Short[]): readonly Line<Case, Amounts>[] =>
  rows.map(([sentence, given, expected]) => [sentence, given, parsed(expected)])

const cpu = (amount: string): ResourceList => ({ cpu: amount })
const both = (amount: string, memory: string): ResourceList => ({ cpu: amount, memory })
const side = (list: ResourceList) => ['s', list] as const

/** Requests and limits add up in the same way. */
const sums: readonly Short[] = [
  ['a larger init container', { inits: [cpu('4')], apps: [cpu('1')] }, cpu('4')],
  ['containers that are larger together', { inits: [cpu('2')], apps: [cpu('2'), cpu('3')] }, cpu('5')],
  ['a sidecar runs beside the container', { inits: [side(cpu('1'))], apps: [cpu('1')] }, cpu('2')],
  ['several sidecars do, after an init container',
    { inits: [cpu('5'), side(cpu('1')), side(cpu('2')), side(cpu('3'))], apps: [cpu('1')] }, cpu('7')],
  ['an init container runs beside the sidecars before it',
    { inits: [cpu('5'), side(cpu('1')), side(cpu('2')), cpu('5'), side(cpu('3'))], apps: [cpu('1')] },
    cpu('8')],
  ['a sidecar, then a large init container',
    { inits: [side(cpu('10')), cpu('200')], apps: [cpu('100')] }, cpu('210')],
]

const overhead = both('5', '5')
const twoApps = { requests: [both('1', '5'), both('4', '12')], limits: [both('2', '10'), both('8', '24')] }
const inits = { requests: [both('1', '5'), both('40', '120')], limits: [both('1', '5'), both('80', '240')] }

const huge = (size: string, amount: string): ResourceList => ({ [`hugepages-${size}`]: amount })
const small = both('2m', '3Mi')
const middle = both('4m', '5Mi')
const large = both('8m', '6Mi')

export const requests: readonly Table[] = [
  table(source, 'TestPodRequestsAndLimits (requests)', requestsOf, lines([
    ['nothing is requested', { apps: [{}] }, {}],
    ['only overhead', { apps: [{}], overhead }, overhead],
    ['requests and overhead', { apps: [both('1', '10')], overhead }, both('6', '15')],
  ])),
  table(source, 'TestPodRequestsAndLimits (limits)', limitsOf, lines([
    ['one limit', { apps: [cpu('9')] }, cpu('9')],
    ['overhead limits nothing', { apps: [{}], overhead }, {}],
    ['overhead is added to limits', { apps: [both('2', '12')], overhead }, both('7', '17')],
    ['but not where there is none', { apps: [cpu('2')], overhead }, cpu('7')],
  ])),
  table(source, 'TestPodRequestsAndLimitsWithoutOverhead (requests)', requestsOf, lines([
    ['two containers', { apps: twoApps.requests, isSum: true }, both('5', '17')],
    ['overhead does not count', { apps: twoApps.requests, overhead, isSum: true }, both('5', '17')],
    ['a very large init container',
      { apps: twoApps.requests, inits: inits.requests, overhead, isSum: true }, both('40', '120')],
  ])),
  table(source, 'TestPodRequestsAndLimitsWithoutOverhead (limits)', limitsOf, lines([
    ['two containers', { apps: twoApps.limits }, both('10', '34')],
    ['a very large init container', { apps: twoApps.limits, inits: inits.limits }, both('80', '240')],
  ])),
  table(source, 'TestPodResourceRequests', requestsOf, lines([
    ...sums,
    ['overhead left out',
      { inits: [cpu('2')], apps: [cpu('2'), cpu('3')], overhead: cpu('1'), isSum: true }, cpu('5')],
    ['overhead',
      { inits: [cpu('2')], apps: [cpu('2'), cpu('3')], overhead: both('1', '1Gi') }, both('6', '1Gi')],
    ['a resize that cannot be, where status is not asked', { apps: [cpu('4')] }, cpu('4')],
    ['a resize of a sidecar that cannot be, where status is not asked',
      { inits: [side(cpu('4'))] }, cpu('4')],
  ])),
  table(source, 'TestPodResourceLimits', limitsOf, lines([
    ...sums,
    ['overhead is added to what is limited',
      { inits: [cpu('2')], apps: [cpu('2'), cpu('3')], overhead: both('1', '1Gi') }, cpu('6')],
    ['nothing is limited', { apps: [{}] }, {}],
    ['one of two containers is limited', { apps: [both('2', '2Gi'), {}] }, both('2', '2Gi')],
    ['one of two init containers is limited',
      { inits: [both('2', '2Gi'), {}], apps: [both('1', '1Gi')] }, both('2', '2Gi')],
    ['a pod that is smaller than before, where status is not asked',
      { apps: [{ memory: '1Gi' }] }, { memory: '1Gi' }],
    ['a sidecar that is smaller than before, where status is not asked',
      { inits: [side({ memory: '1Gi' })] }, { memory: '1Gi' }],
  ])),
  table(source, 'TestPodLevelResourceRequests', requestsOf, lines([
    ['nothing', {}, {}],
    ["the pod's own does not count where it is left out", { level: { memory: '2Mi' }, isSum: true }, {}],
    ["the pod's own", { level: { memory: '2Mi' } }, { memory: '2Mi' }],
    ["the pod's own, and another resource of its container",
      { level: { memory: '2Mi' }, apps: [cpu('2m')] }, both('2m', '2Mi')],
    ['a resource that a pod as a whole cannot ask for',
      { level: { storage: '2Mi' }, apps: [{ memory: '3Mi' }] }, { memory: '3Mi' }],
    ['only its container asks', { apps: [small] }, small],
    ["the pod's own comes before its container's",
      { level: both('8m', '6Mi'), apps: [small] }, both('8m', '6Mi')],
    ['an init container asks for more', { apps: [small], inits: [middle] }, middle],
    ['so it does where the pod as a whole is left out',
      { apps: [small], inits: [middle], isSum: true }, middle],
    ['a sidecar', { apps: [small], inits: [side(middle)] }, both('6m', '8Mi')],
    ['an init container after a sidecar',
      { apps: [small], inits: [side(middle), large] }, both('12m', '11Mi')],
    ["the pod's own comes before all of these",
      { level: both('18m', '15Mi'), apps: [small], inits: [side(middle), large] }, both('18m', '15Mi')],
    ['huge pages',
      { level: { memory: '10Mi', ...huge('2Mi', '2Mi') } }, { memory: '10Mi', ...huge('2Mi', '2Mi') }],
    ['huge pages of two sizes', { level: { ...cpu('1'), ...huge('2Mi', '2Mi'), ...huge('1Gi', '1Gi') } },
      { ...cpu('1'), ...huge('2Mi', '2Mi'), ...huge('1Gi', '1Gi') }],
    ["huge pages: the pod's own come before its container's",
      { level: { ...cpu('1'), ...huge('2Mi', '10Mi') }, apps: [huge('2Mi', '6Mi')] },
      { ...cpu('1'), ...huge('2Mi', '10Mi') }],
    ['huge pages of two sizes, of which a container has one', {
      level: { ...cpu('1'), ...huge('2Mi', '10Mi'), ...huge('1Gi', '2Gi') },
      apps: [{ ...cpu('1'), ...huge('1Gi', '2Gi') }],
    }, { ...cpu('1'), ...huge('2Mi', '10Mi'), ...huge('1Gi', '2Gi') }],
    ['huge pages of one size for the pod, and of another for a container', {
      level: { ...cpu('1'), ...huge('2Mi', '10Mi') }, apps: [{ memory: '4Mi', ...huge('1Gi', '1Gi') }],
    }, { ...cpu('1'), memory: '4Mi', ...huge('2Mi', '10Mi'), ...huge('1Gi', '1Gi') }],
  ])),
  table(source, 'TestIsPodLevelResourcesSet',
    ({ level, levelLimits }: Case) => hasPodLevelResources(level, levelLimits), [
      ['nothing is said', {}, false],
      ['nothing is said in it', { level: {} }, false],
      ['a request that does not count', { level: { 'ephemeral-storage': '1Mi' } }, false],
      ['a limit that does not count', { levelLimits: { 'ephemeral-storage': '1Mi' } }, false],
      ['a request that counts', { level: { 'ephemeral-storage': '1Mi', cpu: '1m' } }, true],
      ['a limit that counts', { levelLimits: { 'ephemeral-storage': '1Mi', cpu: '1m' } }, true],
    ]),
  table(source, 'TestIsPodLevelLimitsSet', ({ levelLimits }: Case) => hasPodLevelResources(levelLimits), [
    ['nothing is said', {}, false],
    ['nothing is said in it', { levelLimits: {} }, false],
    ['only a request', { level: { memory: '100Mi' } }, false],
    ['a limit that does not count', { levelLimits: { 'ephemeral-storage': '1Mi' } }, false],
    ['a limit that counts', { levelLimits: { 'ephemeral-storage': '1Mi', cpu: '1m' } }, true],
  ]),
  table(source, 'TestIsSupportedPodLevelResource', isPodLevelResource, [
    ['CPU', 'cpu', true], ['memory', 'memory', true], ['ephemeral storage', 'ephemeral-storage', false],
    ['huge pages of 2Mi', 'hugepages-2Mi', true], ['huge pages of 1Gi', 'hugepages-1Gi', true],
  ]),
]
