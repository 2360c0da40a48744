import type { Container, Pod, ResourceList, ResourceRequirements } from '#api/types'
import { computePodQos, oomScoreAdjust, type QosClass } from '#models/node/qos'
import { container, podOn } from '../../../support/node.js'
import { table, type Line, type Table } from './table.js'

/** `100m/100Mi` of CPU and memory; either may be missing. */
function list(text: string): ResourceList {
  const [cpu = '', memory = ''] = text.split('/')
  return { ...(cpu === '' ? {} : { cpu }), ...(memory === '' ? {} : { memory }) }
}

/** `requests limits` */
function resources(text: string): ResourceRequirements {
  const [requests = '', limits = ''] = text.split(' ')
  return { requests: list(requests), limits: list(limits) }
}

interface Case {
  readonly apps: readonly string[]
  readonly inits?: readonly string[]
  readonly level?: string
  /** Huge pages, of every container. */
  readonly pages?: string
}

const one = (text: string, pages?: string): Partial<Container> => {
  const { requests, limits } = resources(text)
  const more: ResourceList = pages === undefined ? {} : { 'hugepages-2Mi': pages }
  return { resources: { requests: { ...requests, ...more }, limits: { ...limits, ...more } } }
}

const classOf = ({ apps, inits = [], level, pages }: Case): QosClass => computePodQos(podOn({
  containers: apps.map((text) => one(text, pages)),
  ...(inits.length === 0 ? {} : { init: inits.map((text) => one(text)) }),
  ...(level === undefined ? {}
    : { spec: { containers: apps.map((text) => container(one(text))), resources: resources(level) } }),
}).spec)

const full = '100m/100Mi 100m/100Mi'
const nothing = ' '

const classes = table('pkg/apis/core/v1/helper/qos/qos_test.go', 'TestComputePodQOS', classOf, [
  ['a container that asks for what it is limited to', { apps: [full] }, 'Guaranteed'],
  ['two of them', { apps: [full, full] }, 'Guaranteed'],
  ['two containers that ask for nothing', { apps: [nothing, nothing] }, 'BestEffort'],
  ['one that asks for nothing', { apps: [nothing] }, 'BestEffort'],
  ['one that asks for nothing, and one for less than it is limited to',
    { apps: [nothing, '1/ 2/'] }, 'Burstable'],
  ['one that asks for nothing, and one for what it is limited to',
    { apps: [nothing, '10m/100Mi 10m/100Mi'] }, 'Burstable'],
  ['one that asks for memory alone', { apps: ['/100Mi /100Mi'] }, 'Burstable'],
  ['one without limits', { apps: ['100m/100Mi '] }, 'Burstable'],
  ['one that asks for less CPU than it is limited to, beside one that does not',
    { apps: ['1/100Mi 2/100Mi', full] }, 'Burstable'],
  ['one without limits, while their sums are equal',
    { apps: ['100m/100Mi 200m/200Mi', '100m/100Mi '] }, 'Burstable'],
  ['one that asks for less than it is limited to', { apps: ['10m/100Mi 100m/200Mi'] }, 'Burstable'],
  ['one that asks for none of what it is limited to', { apps: ['0/0 100m/200Mi'] }, 'Burstable'],
  ['huge pages do not count', { apps: ['0/0 0/0'], pages: '1Gi' }, 'BestEffort'],
  ['an init container counts', { apps: [nothing], inits: ['10m/100Mi 100m/200Mi'] }, 'Burstable'],
  ['the pod asks for what it is limited to', { apps: [nothing], level: '10m/100Mi 10m/100Mi' }, 'Guaranteed'],
  ['whatever its container does', { apps: ['3m/10Mi 5m/20Mi'], level: '10m/100Mi 10m/100Mi' }, 'Guaranteed'],
  ['the pod asks for less than it is limited to',
    { apps: [nothing], level: '10m/10Mi 20m/50Mi' }, 'Burstable'],
  ['whatever its container is limited to',
    { apps: ['5m/10Mi 5m/10Mi'], level: '10m/10Mi 20m/50Mi' }, 'Burstable'],
  ['the pod is not limited', { apps: ['5m/10Mi '], level: '10m/10Mi ' }, 'Burstable'],
  ['only the CPU of the pod is limited',
    { apps: ['5m/10Mi ', '5m/10Mi 5m/10Mi'], level: '10m/10Mi 5m/' }, 'Burstable'],
])

const standard = 8_000_000_000
const eighth = standard / 8
const quarter = standard / 4
const burst = `/${eighth} /${eighth + 1000}`

interface Score {
  readonly apps: readonly string[]
  readonly inits?: readonly string[]
  readonly sidecars?: readonly string[]
  readonly level?: string
  readonly capacity?: number
  readonly priority?: readonly [name: string, priority: number]
}

/** Of the init containers, the sidecars and the app containers. */
function scores({ apps, inits = [], sidecars = [], level, capacity = standard, priority }: Score): string {
  const named = (prefix: string, more: Partial<Container> = {}) => (text: string, index: number): Container =>
    container({ name: `${prefix}${index}`, resources: resources(text), ...more })
  const initContainers =
    [...inits.map(named('init')), ...sidecars.map(named('side', { restartPolicy: 'Always' }))]
  const containers = apps.map(named('app'))
  const pod: Pod = podOn({
    spec: {
      containers, initContainers, ...(level === undefined ? {} : { resources: resources(level) }),
      ...(priority === undefined ? {} : { priorityClassName: priority[0], priority: priority[1] }),
    },
  })
  return [...initContainers, ...containers].map((each) => oomScoreAdjust(pod, each, capacity)).join(' ')
}

const critical = 2_000_000_000
const guaranteed = `5m/${quarter} 5m/${quarter}`
const burstable = `5m/${quarter} 5m/${quarter + 1000}`
const exact = `5m/${eighth} 5m/${eighth}`
const four = 4_000_000_000

const adjusted: readonly Line<Score, string>[] = [
  ['only its CPU is limited', { apps: [' 10/'], capacity: four }, '999'],
  ['its memory is limited, and none is asked for', { apps: ['0/ /10G'] }, '999'],
  ['its memory is limited to nothing', { apps: [' /0'], capacity: 7_230_457_451 }, '1000'],
  ['nothing is asked for', { apps: [nothing], capacity: four }, '1000'],
  ['it asks for what it is limited to, more than there is',
    { apps: ['5m/10G 5m/10G'], capacity: 123_456_789 }, '-997'],
  ['it asks for half of the memory', { apps: [`5m/${standard / 2} /10G`] }, '500'],
  ['it asks for nearly all of the memory', { apps: [`5m/${standard - 1} `] }, '3'],
  ['critical for the cluster',
    { apps: [nothing], capacity: four, priority: ['system-cluster-critical', critical] }, '1000'],
  ['critical for its node',
    { apps: [nothing], capacity: four, priority: ['system-node-critical', critical + 1000] }, '-997'],
  ['it asks for an eighth of the memory', { apps: [burst] }, '875'],
  ['so does an init container', { apps: [burst], inits: [burst] }, '875 875'],
  ['a small sidecar counts as its app container does',
    { apps: [burst], inits: [burst], sidecars: [`/${standard / 20} /${eighth + 1000}`] }, '875 875 875'],
  ['so does an equal one', { apps: [burst], inits: [burst], sidecars: [burst] }, '875 875 875'],
  ['a large sidecar counts as it is',
    { apps: [burst], inits: [burst], sidecars: [`/${standard / 2} /${eighth + 1000}`] }, '875 500 875'],
  ['the pod asks for what it is limited to',
    { apps: [nothing, nothing], level: guaranteed, capacity: four }, '-997 -997'],
  ['and so do its containers', { apps: [exact, exact], level: guaranteed, capacity: four }, '-997 -997'],
  ['or one of them asks for less',
    { apps: [`3m/${eighth} 5m/${eighth + 1000}`, nothing], level: guaranteed, capacity: four }, '-997 -997'],
  ['the pod asks for less than it is limited to: its containers share that',
    { apps: [nothing, nothing], level: burstable, capacity: four }, '750 750'],
  ['its containers ask for all of it', { apps: [exact, exact], level: burstable, capacity: four }, '750 750'],
  ['one of them asks for half of it, and they share the rest',
    { apps: [`3m/${eighth} 5m/${eighth}`, nothing], level: burstable, capacity: four }, '625 875'],
  ['a sidecar shares it as well',
    { apps: [nothing], sidecars: [nothing], level: burstable, capacity: four }, '750 750'],
  ['a sidecar asks for half of it',
    { apps: [`5m/${eighth} 5m/${eighth + 1000}`], sidecars: [`5m/${eighth} 5m/${eighth + 1000}`],
      level: burstable, capacity: four },
    '750 750'],
  ['a sidecar counts as the smallest of the app containers', {
    apps: [`5m/1000000000 5m/${quarter + 1000}`, `5m/500000000 5m/${quarter + 1000}`],
    sidecars: [`5m/200000000 5m/${quarter + 1000}`], level: burstable, capacity: four,
  }, '850 725 850'],
]

export const qos: readonly Table[] = [
  classes, table('pkg/kubelet/qos/policy_test.go', 'TestGetContainerOOMScoreAdjust', scores, adjusted),
]
