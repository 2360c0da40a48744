/**
 * Models: what a container that does what its command says is started with: its words, variables, files and mounts
 *   (pkg/kubelet/kubelet_pods.go GenerateRunContainerOptions)
 * Reads: store, index, elsewhere, files, images
 * Writes: nothing
 * Omits: a Service that is not yet known to the kubelet
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Container as ContainerSpec, Pod, Probe } from '#api/types'
import type { Cells } from '#kernel/cells'
import { indexKey, objectKey } from '#machine/objects'
import { generateContainerConfig } from '../container/container-config.js'
import { makeEnvironmentVariables } from '../container/environment.js'
import { getPodDNS } from '../container/dns.js'
import { generatePodHostNameAndDomain, type Named } from '../container/hostname.js'
import { etcHostsPath, hostsFile } from '../container/hosts-file.js'
import { resolvConf } from '../container/resolv-conf.js'
import { treeOf, type Tree } from '../container/files/tree.js'
import type { Mount } from '../container/files/view.js'
import { kubeletOf } from './cells.js'
import type { Program } from './container-chart.js'
import { kubernetesService } from '../network/kubernetes-service.js'
import { envFileIn, withKnownFiles } from './env-files.js'
import { imageOf } from './known-images.js'
import { filesKey } from './process-cells.js'
import type { ProbeKind } from './profile.js'
import { mustEnd } from './programs.js'
import { mounted, objectsIn, volumesOf, type Volumes } from './volumes.js'

export interface Command {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly user: number
  readonly stopSignal: string
}

const clusterDomain = 'cluster.local'

/** Where a kubelet is told that the cluster's DNS is: the tenth address of the range of Services. */
const clusterDNS = '10.96.0.10'

const namedAs = (pod: Pod): Named => either.match(() => ({ hostname: pod.metadata.name, domain: '' }), (named: Named) => named)(
  generatePodHostNameAndDomain(pod, clusterDomain))

const hostnameOf = (pod: Pod): string => namedAs(pod).hostname

/** What it is started as; `undefined` where that cannot be worked out (the kubelet has refused it before). */
export function commandOf(
  cells: Cells, node: string, pod: Pod, spec: ContainerSpec,
  { podIPs, hostIPs }: { readonly podIPs: readonly string[]; readonly hostIPs: readonly string[] },
): Command | undefined {
  const { namespace } = pod.metadata
  const names = cells.read(indexKey('services', 'namespace', namespace)) ?? []
  const stored = names.flatMap((name) => cells.read(objectKey('services', name)) ?? [])
  const services = [kubernetesService, ...stored.filter(({ metadata }) => metadata.name !== 'kubernetes' || namespace !== 'default')]
  const whole: Pod = pod.spec.enableServiceLinks === undefined ? { ...pod, spec: { ...pod.spec, enableServiceLinks: true } } : pod
  const envFile = envFileIn(cells, node, pod)
  const known = { podIPs, hostIPs, services, servicesHaveSynced: true, objects: objectsIn(cells, namespace), allocatable: {}, envFile }
  const envs = makeEnvironmentVariables(whole, withKnownFiles(cells, node, pod, spec), known)
  const config = generateContainerConfig(
    pod, spec, either.isRight(envs) ? envs.right : [], imageOf(cells, spec.image) ?? {}, hostnameOf(pod), spec.name,
  )
  if (either.isLeft(config)) return undefined
  const { words, env, workingDir, user, stopSignal } = config.right
  return { argv: words, env, cwd: workingDir, user: typeof user === 'number' ? user : 0, stopSignal: stopSignal.replace(/^SIG/, '') }
}

/** The commands of its exec probes. */
function probesOf({ startupProbe, readinessProbe, livenessProbe }: ContainerSpec): Program['probes'] {
  const of = (kind: ProbeKind, probe: Probe | undefined): Program['probes'] =>
    (probe?.exec === undefined ? {} : { [kind]: { argv: probe.exec.command ?? [], seconds: probe.timeoutSeconds } })
  return { ...of('startup', startupProbe), ...of('readiness', readinessProbe), ...of('liveness', livenessProbe) }
}

/**
 * What a container is started with whose command is run, and its pod's volumes from then on; `undefined` where that cannot
 * be worked out.
 */
export function programOf(
  cells: Cells, node: string, pod: Pod, spec: ContainerSpec, addresses: Parameters<typeof commandOf>[4],
): { readonly program: Program; readonly volumes: Volumes } | undefined {
  const command = commandOf(cells, node, pod, spec, addresses)
  if (command === undefined) return undefined
  const { namespace, uid } = pod.metadata
  const { volumes, mounts } = mounted(spec, cells.read(filesKey(node, uid))?.volumes ?? volumesOf(cells, kubeletOf(node), pod))
  return { volumes, program: {
    ...command, namespace, mounts, root: rootOf(cells, pod, spec, command.cwd, mounts, addresses.podIPs), probes: probesOf(spec),
    ...(pod.spec.hostPID === true ? { shares: 'node' as const } : pod.spec.shareProcessNamespace === true ? { shares: 'pod' as const } : {}),
    stranger: mustEnd(pod, spec) ? 'ends' : 'serves', messagePath: spec.terminationMessagePath ?? '/dev/termination-log',
  } }
}

const folders = ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'run', 'tmp', 'usr/bin', 'usr/local/bin', 'usr/share', 'var/lib', 'var/log', 'var/run']

/** The files of a container as it begins: what is known of its image, and what the runtime puts there. */
export function rootOf(
  cells: Cells, pod: Pod, spec: ContainerSpec, cwd: string, mounts: readonly Mount[], podIPs: readonly string[],
): Tree {
  const image = imageOf(cells, spec.image)
  const inFolder = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
  const { terminationMessagePath = '/dev/termination-log' } = spec
  const { hostname, domain } = namedAs(pod)
  const hosts = hostsFile(pod.spec, podIPs, hostname, domain)
  return treeOf([...folders, cwd, ...mounts.map(({ path }) => inFolder(path))], {
    '/etc/hostname': `${hostname}\n`, '/etc/resolv.conf': resolvConf(getPodDNS(pod, { clusterDNS: [clusterDNS], clusterDomain }).config),
    ...(hosts === undefined ? {} : { [etcHostsPath]: hosts }), [terminationMessagePath]: '', ...image?.files,
  })
}
