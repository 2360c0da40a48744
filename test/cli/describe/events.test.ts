/** The KubeEvents at the foot of a description, and what becomes of many of them. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { correlate, type Told } from '#properties/kube-events/index'
import { directory, orrery } from '../../support/cli.js'

const { write } = directory()
const here = new URL('.', import.meta.url).pathname

beforeAll(() => write({
  'troubled.yaml': readFileSync(`${here}troubled.yaml`, 'utf8'),
  'application.yaml': readFileSync(`${here}application.yaml`, 'utf8'),
  'pods.yaml': readFileSync(`${here}../pod-life/pods.yaml`, 'utf8'),
  'pressure.yaml': readFileSync(`${here}pressure.yaml`, 'utf8'),
}))

/** Lines of the table of events without their ages: `Warning BackOff kubelet …`. */
async function eventsOf(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await orrery('describe', ...args)
  expect(stderr).toBe('')
  const [, table = ''] = stdout.split(/^Events:/m)
  return table.split('\n').slice(3).filter((line) => line !== '')
    .map((line) => line.trim().split(/ {2,}/)).map(([type, reason, age, from, message]) => `${type} ${reason} ${/\(x\d+/.exec(age ?? '')?.[0] ?? ''} ${from}: ${message}`)
}

describe('KubeEvents of a pod', () => {
  it('tell of a crash loop, and of an image that comes at the second attempt', async () => {
    const told = await eventsOf('pod', 'crashing', '-f', 'troubled.yaml', '--at', '20s')
    expect(told).toContain('Normal Scheduled  default-scheduler: Successfully assigned default/crashing to node-1')
    expect(told).toContain('Normal Pulling  kubelet: spec.containers{app}: Pulling image "example.com/app:1"')
    expect(told).toContain('Normal Pulled  kubelet: spec.containers{app}: Successfully pulled image "example.com/app:1" in 1s (1s including waiting).')
    expect(told).toContain('Normal Created (x3 kubelet: spec.containers{app}: Container created')
    expect(told).toContain('Normal Pulled (x2 kubelet: spec.containers{app}: Container image "example.com/app:1" already present on machine and can be accessed by the pod')
    expect(told.join('\n')).toMatch(/Warning BackOff .*kubelet: spec.containers{app}: Back-off restarting failed container app in pod crashing_default\(Pod:default\/crashing\)/)
    expect(told).toContain('Warning Failed  kubelet: spec.containers{absent}: Error: ErrImagePull')
    expect(told.join('\n')).toMatch(/Normal BackOff .*kubelet: spec.containers{absent}: Back-off pulling image "example.com\/absent:1"/)
    expect(told.join('\n')).toMatch(/Normal Pulled {2}kubelet: spec.containers{absent}: Successfully pulled image "example.com\/absent:1" in 1s/)
  })

  it('tell of a liveness probe that fails, and of the container that is killed for it', async () => {
    const told = await eventsOf('pod', 'probed', '-f', 'troubled.yaml', '--at', '1m')
    expect(told).toContain('Normal Started  kubelet: spec.initContainers{sidecar}: Container started')
    expect(told).toContain('Warning Unhealthy (x3 kubelet: spec.containers{app}: Liveness probe failed: HTTP probe failed with statuscode: 503')
    expect(told).toContain('Normal Killing  kubelet: spec.containers{app}: Container app failed liveness probe, will be restarted')
  })

  it.each([
    ['no node takes', 'homeless', 'troubled.yaml',
      /^Warning FailedScheduling {2}default-scheduler: 0\/3 nodes are available: 3 node\(s\) didn't match Pod's node affinity\/selector/],
    ['is active for too long', 'hurried', 'troubled.yaml',
      /^Normal DeadlineExceeded {2}kubelet: Pod was active on the node longer than the specified deadline$/],
    ['ends', 'hurried', 'troubled.yaml',
      /^Normal Killing {2}kubelet: spec.containers{app}: Stopping container app$/],
    ['its node does not take', 'misplaced', 'troubled.yaml',
      /^Warning NodeAffinity {2}kubelet: Predicate NodeAffinity failed: node\(s\) didn't match Pod's node affinity\/selector$/],
    ['has a hook that fails', 'hooked', 'pods.yaml',
      /^Warning FailedPostStartHook .*kubelet: spec.containers{app}: PostStartHook failed$/],
    ['is killed for it', 'hooked', 'pods.yaml',
      /^Normal Killing .*kubelet: spec.containers{app}: FailedPostStartHook$/],
    ['gives its probe no answer', 'hanging', 'pods.yaml',
      /^Warning Unhealthy .*kubelet: spec.containers{app}: Liveness probe failed: command timed out: "cat \/alive" timed out after 3s$/],
    ['cannot be started', 'stillborn', 'pods.yaml',
      /^Warning Failed .*kubelet: spec.containers{app}: Error: failed to create containerd task: .*exec: "nope": executable file not found in \$PATH: unknown$/],
    ['has to make way', 'greedy', 'pressure.yaml',
      /^Warning Evicted {2}kubelet: The node was low on resource: memory\. Threshold quantity: 100Mi, available: 24Mi\./],
    ['has an image that must not be pulled', 'local', 'troubled.yaml',
      /^Warning ErrImageNeverPull .*kubelet: spec.containers{app}: Container image "example.com\/never:1" is not present with pull policy of Never$/],
  ])('tell of a pod that %s', async (_, name, file, event) => {
    expect(await eventsOf('pod', name, '-f', file)).toContainEqual(expect.stringMatching(event))
  })
})

describe('KubeEvents of a pod that waits for a ConfigMap', () => {
  beforeAll(() => write({
    'later.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: later }\n',
    'bring.yaml': 'steps: [{ apply: [pods.yaml] }, { apply: [later.yaml] }]\n',
    'bring-more.yaml': 'steps: [{ apply: [pressure.yaml] }, { apply: [later.yaml] }]\n',
  }))

  it('tell of its volume', async () => {
    const told = await eventsOf('pod', 'waiting', '-f', 'pods.yaml', '--scenario', 'bring.yaml', '--at', '30s')
    expect(told).toContainEqual(expect.stringMatching(
      /^Warning FailedMount \(x\d+ kubelet: MountVolume.SetUp failed for volume "settings" : configmap "later" not found$/))
  })

  it('tell of its variables', async () => {
    const told = await eventsOf('pod', 'unset', '-f', 'pressure.yaml', '--scenario', 'bring-more.yaml', '--at', '15s')
    expect(told).toContainEqual(expect.stringMatching(/^Warning Failed .*kubelet: spec.containers{app}: Error: configmap "later" not found$/))
  })
})

describe('KubeEvents of a node', () => {
  it('tell that it is short of memory, and that it is not any more', async () => {
    expect(await eventsOf('node', 'small', '-f', 'pressure.yaml')).toEqual([
      'Normal NodeHasInsufficientMemory  kubelet: Node small status is now: NodeHasInsufficientMemory',
      'Normal NodeHasSufficientMemory  kubelet: Node small status is now: NodeHasSufficientMemory',
    ])
  })
})

describe('KubeEvents of a workload', () => {
  it('tell what its controller does', async () => {
    const args = ['-f', 'application.yaml', '--at', '30s']
    expect(await eventsOf('deploy', 'web', ...args)).toContain('Normal ScalingReplicaSet  deployment-controller: Scaled up replica set web#1 from 0 to 5')
    expect(await eventsOf('rs', 'web#1', ...args)).toContain('Normal SuccessfulCreate  replicaset-controller: Created pod: web#1-0')
  })

  it('are not told before they happen', async () => {
    const told = await eventsOf('deploy', 'web', '-f', 'application.yaml', '--at', '5s')
    expect(told).toEqual(['Normal ScalingReplicaSet  deployment-controller: Scaled up replica set web#1 from 0 to 5'])
  })
})

describe('what the API keeps of many occurrences', () => {
  const about = { kind: 'Pod', name: 'default/a', uid: 'a' }
  const told = (at: number, message: string, reason = 'Unhealthy'): Told =>
    ({ about, type: 'Warning', reason, message, from: 'kubelet', at, n: at })

  it('is one event with a count where they are equal', () => {
    expect(correlate([told(0, 'no'), told(10, 'no'), told(30, 'no')])).toMatchObject([{ message: 'no', count: 3, first: 0, last: 30 }])
  })

  it('is one event from the tenth on where their messages alone differ', () => {
    const kept = correlate(Array.from({ length: 12 }, (_, index) => told(index, `no ${index}`)))
    expect(kept).toHaveLength(10)
    expect(kept.at(-1)).toMatchObject({ message: '(combined from similar events): no 11', count: 3 })
  })

  it('is 25 writes of a component about an object, and one more after five minutes', () => {
    const many = Array.from({ length: 30 }, (_, index) => told(index, 'no', `Reason${index}`))
    expect(correlate(many)).toHaveLength(25)
    expect(correlate([...many, told(300_030, 'no', 'Late')])).toHaveLength(26)
  })
})
