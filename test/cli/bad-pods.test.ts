/** Pods that the API server refuses: what a user reads, in Kubernetes' words, and what to do about it. */
import { describe, expect, test } from 'vitest'
import { directory, orrery } from '../support/cli.js'

const { write } = directory()

interface Pod {
  /** More lines of the container, and of the pod. */
  readonly container?: readonly string[]
  readonly pod?: readonly string[]
}

const podYaml = ({ container = [], pod = [] }: Pod): string => [
  'apiVersion: v1', 'kind: Pod', 'metadata: { name: web }', 'spec:', '  containers:', '    - name: web',
  '      image: nginx', ...container.map((line) => `      ${line}`), ...pod.map((line) => `  ${line}`), '',
].join('\n')

/** What is wrong, the pod, where it is told, what of it, and the next step; the field is to be looked up where absent. */
type Row = readonly [says: string, pod: Pod, at: string, message: string, next?: string]

const lookUp = (message: string): string => {
  const field = message.slice(0, message.indexOf(': '))
  return `Correct ${field}; "kubectl explain pod.${field.replace(/\[\d+\]/g, '')}" says what it takes.`
}

function refused(rows: readonly Row[]): void {
  const whole = rows.map(([says, pod, at, message, next = lookUp(message)]) => [says, pod, at, message, next] as const)
  test.each(whole)('%s', async (_, pod, at, message, next) => {
    write({ 'pod.yaml': podYaml(pod) })
    expect(await orrery('check', '-f', 'pod.yaml')).toEqual({
      code: 2, stdout: '', stderr: `pod.yaml:${at}: The Pod "web" is invalid: ${message} [E_INVALID]\n  ${next}\n`,
    })
  })
}

const probe = (kind: string, ...members: readonly string[]): Pod => ({ container: [`${kind}: { ${members.join(', ')} }`] })
const asked = 'tcpSocket: { port: 80 }'
const init = (...lines: readonly string[]): Pod =>
  ({ pod: ['initContainers:', '  - name: init', '    image: busybox', ...lines.map((line) => `    ${line}`)] })
const oneHandler = 'Keep one handler: a probe or hook does one thing.'
const someHandler = 'Say what it does: exec, httpGet, tcpSocket or, for a probe, grpc, for a hook, sleep.'
const sidecarsAlone = 'Remove it, or write restartPolicy: Always to make the init container a sidecar.'

describe('a probe', () => refused([
  ['of liveness that has to succeed twice', probe('livenessProbe', asked, 'successThreshold: 2'), '8:49',
    'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
  ['of the start that has to succeed three times', probe('startupProbe', asked, 'successThreshold: 3'), '8:48',
    'spec.containers[0].startupProbe.successThreshold: Invalid value: 3: must be 1'],
  ['with two handlers', probe('livenessProbe', 'httpGet: { port: 80 }', asked), '8:47',
    'spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type', oneHandler],
  ['without a handler', probe('readinessProbe', 'periodSeconds: 5'), '8:7',
    'spec.containers[0].readinessProbe: Required value: must specify a handler type', someHandler],
  ['that begins before its container', probe('readinessProbe', asked, 'initialDelaySeconds: -5'), '8:50',
    'spec.containers[0].readinessProbe.initialDelaySeconds: Invalid value: -5: must be greater than or equal to 0'],
  ['with a negative period', probe('readinessProbe', asked, 'periodSeconds: -1'), '8:50',
    'spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0'],
  ['with a negative timeout', probe('livenessProbe', asked, 'timeoutSeconds: -1'), '8:49',
    'spec.containers[0].livenessProbe.timeoutSeconds: Invalid value: -1: must be greater than or equal to 0'],
  ['that asks a port of a bad name', probe('livenessProbe', 'httpGet: { port: Web_Port }'), '8:35',
    'spec.containers[0].livenessProbe.httpGet.port: Invalid value: "Web_Port": '
    + 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'],
  ['that asks port 0', probe('livenessProbe', 'tcpSocket: { port: 0 }'), '8:37',
    'spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive'],
  ['that asks no port that there can be', probe('livenessProbe', 'grpc: { port: 70000 }'), '8:32',
    'spec.containers[0].livenessProbe.grpc.port: Invalid value: 70000: must be between 1 and 65535, inclusive'],
  ['with a scheme in small letters', probe('livenessProbe', 'httpGet: { port: 80, scheme: http }'), '8:45',
    'spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: "http": supported values: "HTTP", "HTTPS"'],
  ['without a command to run', probe('livenessProbe', 'exec: {}'), '8:24',
    'spec.containers[0].livenessProbe.exec.command: Required value'],
  ['of readiness with a grace period', probe('readinessProbe', asked, 'terminationGracePeriodSeconds: 10'), '8:50',
    'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 10: '
    + 'must not be set for readinessProbes'],
  ['with no grace period at all', probe('livenessProbe', asked, 'terminationGracePeriodSeconds: 0'), '8:49',
    'spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0'],
  ['of an init container that ends', init(`readinessProbe: { ${asked} }`), '11:7',
    'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    sidecarsAlone],
]))

describe('a hook', () => refused([
  ['with two handlers', { container: ['lifecycle:', '  preStop:', '    exec: { command: ["true"] }', '    sleep: { seconds: 5 }'] },
    '11:11', 'spec.containers[0].lifecycle.preStop.sleep: Forbidden: may not specify more than 1 handler type', oneHandler],
  ['without a handler', { container: ['lifecycle:', '  postStart: {}'] }, '9:9',
    'spec.containers[0].lifecycle.postStart: Required value: must specify a handler type', someHandler],
  ['that sleeps for longer than the pod is given', { container: ['lifecycle:', '  preStop: { sleep: { seconds: 60 } }'] }, '9:20',
    'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: '
    + 'must be non-negative and less than terminationGracePeriodSeconds (30)',
    'Sleep for so long at most, or raise terminationGracePeriodSeconds of the pod.'],
  ['of an init container that ends', init('lifecycle: { postStart: { exec: { command: ["true"] } } }'), '11:7',
    'spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always',
    sidecarsAlone],
  ['with a signal, of a pod that names no system', { container: ['lifecycle: { stopSignal: SIGQUIT }'] }, '8:20',
    'spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`'],
]))

const data = ['volumes: [{ name: data, emptyDir: {} }, { name: other, emptyDir: {} }]']
const mounts = (...lines: readonly string[]): Pod =>
  ({ container: ['volumeMounts:', ...lines.map((line) => `  - { ${line} }`)], pod: data })

describe('a mount', () => refused([
  ['of a subPath that leads out of its volume', mounts('name: data, mountPath: /data, subPath: ../x'), '8:7',
    "spec.containers[0].volumeMounts.subPath: Invalid value: \"../x\": must not contain '..'"],
  ['of a subPath from the root', mounts('name: data, mountPath: /data, subPath: /x'), '8:7',
    'spec.containers[0].volumeMounts.subPath: Invalid value: "/x": must be a relative path'],
  ['of two subPaths', mounts('name: data, mountPath: /data, subPath: a, subPathExpr: b'), '9:55',
    'spec.containers[0].volumeMounts[0].subPathExpr: Invalid value: "b": subPathExpr and subPath are mutually exclusive'],
  ['where another one is', mounts('name: data, mountPath: /data', 'name: other, mountPath: /data'), '10:26',
    'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/data": must be unique', 'Mount one of the two elsewhere.'],
  ['of a volume that the pod has not', mounts('name: dta, mountPath: /data'), '9:13',
    'spec.containers[0].volumeMounts[0].name: Not found: "dta"',
    'Name a volume that stands under volumes of the pod, or add it there.'],
  ['at no path', mounts('name: data'), '9:11', 'spec.containers[0].volumeMounts[0].mountPath: Required value'],
]))

describe('names that are there twice', () => {
  const other = 'Give each a name of its own.'
  refused([
    ['two containers', { pod: ['  - name: web', '    image: busybox'] }, '8:7',
      'spec.containers[1].name: Duplicate value: "web"', other],
    ['an init container and a container', { pod: ['initContainers: [{ name: web, image: busybox }]'] }, '8:22',
      'spec.initContainers[0].name: Duplicate value: "web"', other],
    ['two volumes', { pod: ['volumes: [{ name: data, emptyDir: {} }, { name: data, emptyDir: {} }]'] }, '8:45',
      'spec.volumes[1].name: Duplicate value: "data"', other],
    ['two ports', { container: ['ports: [{ name: http, containerPort: 80 }, { name: http, containerPort: 81 }]'] }, '8:52',
      'spec.containers[0].ports[1].name: Duplicate value: "http"', other],
    ['two ports of the host', { container: ['ports: [{ hostPort: 80, containerPort: 80 }, { hostPort: 80, containerPort: 81 }]'] },
      '8:54', 'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//80"',
      'Take another hostPort, or leave it out: Services need none.'],
  ])
})

const volume = (source: string): Pod => ({ pod: [`volumes: [{ name: all, ${source} }]`] })

describe('a volume', () => refused([
  ['of two kinds', volume('emptyDir: {}, hostPath: { path: /x }'), '8:26',
    'spec.volumes[0].emptyDir: Forbidden: may not specify more than 1 volume type',
    'Keep one source, and give the other a volume of its own.'],
  ['whose source is two', volume('projected: { sources: [{ secret: { name: a }, configMap: { name: b } }] }'), '8:49',
    'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
    'Write each of them as an item of sources of its own.'],
  ['of two files in one place', volume('projected: { sources: [{ secret: { name: a, items: [{ key: a, path: b }] } }, '
    + '{ configMap: { name: c, items: [{ key: a, path: b }] } }] }'), '8:26',
  'spec.volumes[0].projected: Invalid value: "c": conflicting duplicate paths', 'Give each file a path of its own.'],
  ['whose file is outside of it', volume('projected: { sources: [{ secret: { name: a, items: [{ key: a, path: ../b }] } }] }'), '8:88',
    "spec.volumes[0].projected.sources[0].secret.items[0].path: Invalid value: \"../b\": must not contain '..'"],
  ['of a token that hardly lives', volume('projected: { sources: [{ serviceAccountToken: { path: token, expirationSeconds: 60 } }] }'),
    '8:87', 'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: '
    + 'may not specify a duration less than 10 minutes'],
  ['that tells what only variables do', volume('downwardAPI: { items: [{ path: a, fieldRef: { fieldPath: status.podIP } }] }'), '8:26',
    'spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: '
    + '"metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"'],
  ['of a file that tells nothing', volume('downwardAPI: { items: [{ path: a }] }'), '8:26',
    'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required'],
]))

describe('what the API server lets pass, and so do we', () => {
  test.each<readonly [string, Pod]>([
    ['a colon in the path of a mount', mounts('name: data, mountPath: "/data:ro"')],
    ['a variable that is set twice', { container: ['env: [{ name: A, value: a }, { name: A, value: b }]'] }],
    ['a probe of a port that no container names', probe('livenessProbe', 'httpGet: { port: http }')],
    ['a volume of no kind, which is an empty directory', { pod: ['volumes: [{ name: data }]'] }],
  ])('%s', async (_, pod) => {
    write({ 'pod.yaml': podYaml(pod) })
    expect(await orrery('check', '-f', 'pod.yaml', '--runs', '1')).toMatchObject({ code: 0, stderr: '' })
  })
})
