import type { JsonObject } from '#api/types'
import { apply, deleteNamed, deployment, late, pod, scale, scenarioOf, setImage, service, wellBehaved } from '../manifests.js'
import type { Small } from '../baselines.js'

const taint = (...taints: readonly string[]) => ({ do: 'taint' as const, node: { name: 'node-1' }, taints })

const tolerates = (key: string, tolerationSeconds?: number): JsonObject => ({
  key, operator: 'Exists', effect: 'NoExecute', ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
})

const node = (name: string): JsonObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } })

const settings: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { colour: 'blue' } }

/** Two keys that belong together. */
const settingsOf = (colour: string): JsonObject => ({ ...settings, data: { colour, shade: `dark ${colour}` } })

const dockerSecret = (name: string, host: string): JsonObject => ({
  apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': btoa(JSON.stringify({ auths: { [host]: { auth: 'dXNlcjpwYXNz' } } })) },
})

const privately: JsonObject = { containers: [{ name: 'main', image: 'registry.example/web:1' }] }

const startsSlowly = { 'web:1': { startSeconds: 8 }, 'job:1': { exits: { afterSeconds: 3, code: 1, times: 2 } } }

export const nodes: readonly Small[] = [
  {
    name: 'no-execute-taints',
    scenario: scenarioOf({ nodes: 1 },
      apply(pod('patient', { tolerations: [tolerates('a', 60), tolerates('b')] }), pod('stubborn', { tolerations: [tolerates('a')] }),
        pod('brief', { tolerations: [tolerates('a', 5), tolerates('b')] })),
      taint('a=1:NoExecute', 'b=1:NoExecute'), taint('a:NoExecute-'), taint('b:NoExecute-')),
    schedules: [{ deviations: [{ kind: 'early', nth: 2, ms: 10_000 }] }],
  },
  {
    name: 'start-up-taints',
    scenario: scenarioOf({ nodes: 1 },
      taint('starting=1:NoExecute'), apply(deployment('web', { replicas: 1 })), taint('starting:NoExecute-')),
    schedules: [late('watch|kube-controller-manager/taint-eviction|nodes', 1)],
  },
  {
    name: 'node-falls-silent',
    scenario: scenarioOf({ nodes: 2 },
      apply(service('web'), deployment('web', { replicas: 3, container: wellBehaved })), setImage('web', 2)),
    budgets: { delays: 1, faults: 1 },
    // Half of the pods are lost for ten minutes, their node being cut off or without power, as the user begins a rollout.
    schedules: ['partition', 'power-loss'].map((fault) => ({ deviations: [
      { kind: 'fault', channel: 'request|kubectl|run:2|main', nth: 0, fault, target: 'node-2', ms: 600_000 },
    ] })),
  },
  {
    name: 'nodes-join',
    scenario: scenarioOf({ nodes: 1 }, apply(node('node-7'), node('node-8'), node('node-9')),
      { do: 'delete', target: { resource: 'nodes', name: 'node-8' }, cascade: 'Background', force: false }, apply(node('node-10'))),
    schedules: [late('watch|kube-controller-manager/node-ipam|nodes', 4)],
  },
  {
    name: 'node-deleted',
    scenario: scenarioOf({ nodes: 2 }, apply(deployment('web'), pod('alone', { nodeName: 'node-1' })),
      { do: 'delete', target: { resource: 'nodes', name: 'node-1' }, cascade: 'Background', force: false }),
  },
  {
    name: 'containers-that-fail',
    scenario: scenarioOf({ nodes: 1, profiles: startsSlowly },
      apply(pod('job', { restartPolicy: 'OnFailure' }), deployment('web', { replicas: 1, container: {
        startupProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 2, failureThreshold: 10 },
        livenessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 2 },
      } }))),
    budgets: { delays: 2, faults: 1 },
  },
  {
    name: 'containers-that-do-not-stop',
    scenario: scenarioOf({ nodes: 1, profiles: { 'deaf:1': { ignoresSigterm: true } } },
      apply(pod('deaf', { terminationGracePeriodSeconds: 10 })), deleteNamed('pods', 'deaf')),
    budgets: { delays: 2, faults: 1 },
  },
  {
    name: 'containers-killed-for-their-liveness',
    scenario: scenarioOf({ nodes: 1, profiles: { 'sick:1': { exitsAfterSigtermSeconds: 5, probes: { liveness: [
      { afterSeconds: 15, answer: 'failure' }, { afterSeconds: 40, answer: 'success' },
    ] } } } }, apply(pod('sick', { containers: [{
      name: 'main', image: 'sick:1', ports: [{ name: 'http', containerPort: 8080 }],
      startupProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 2, failureThreshold: 10 },
      livenessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 5, failureThreshold: 1 },
    }] })), deleteNamed('pods', 'sick')),
  },
  {
    name: 'a-command-that-needs-its-environment',
    scenario: scenarioOf({ nodes: 1 }, apply(pod('web', { containers: [{
      name: 'main', image: 'busybox:1.36', env: [{ name: 'PORT', value: '8080' }],
      command: ['sh', '-c', 'test -n "$PORT" || exit 3; sleep 3600'],
    }] }))),
  },
  {
    name: 'tokens-of-pods',
    scenario: scenarioOf({ nodes: 1 }, apply(
      pod('web', { volumes: [{ name: 'vault', projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 600 } }] } }],
        containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'], volumeMounts: [{ name: 'vault', mountPath: '/vault' }] }] }),
    )),
    budgets: { delays: 1, faults: 0 },
  },
  {
    name: 'a-token-and-its-pod',
    scenario: scenarioOf({ nodes: 1 }, apply(pod('brief', { containers: [{
      name: 'main', image: 'busybox:1.36', command: ['sh', '-c', 'cat /var/run/secrets/kubernetes.io/serviceaccount/token; sleep 3600'],
    }] })), deleteNamed('pods', 'brief')),
    budgets: { delays: 1, faults: 1 },
  },
  {
    name: 'volumes-that-change',
    scenario: scenarioOf({ nodes: 1 },
      apply(settingsOf('blue'), pod('web', { volumes: [{ name: 'settings', configMap: { name: 'settings' } }], containers: [
        { name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'], volumeMounts: [{ name: 'settings', mountPath: '/etc/settings' }] },
      ] })), apply(settingsOf('green'))),
    budgets: { delays: 2, faults: 1 },
  },
  {
    name: 'init-containers',
    scenario: scenarioOf({ nodes: 1, profiles: { 'setup:1': { exits: { afterSeconds: 3 } } } },
      apply(pod('web', { initContainers: [
        { name: 'setup', image: 'setup:1' }, { name: 'sidecar', image: 'sidecar:1', restartPolicy: 'Always' },
      ] })), deleteNamed('pods', 'web')),
    budgets: { delays: 2, faults: 1 },
  },
  {
    name: 'configuration-comes-late',
    scenario: scenarioOf({ nodes: 1 },
      apply(pod('variables', { containers: [{ name: 'main', image: 'web:1', envFrom: [{ configMapRef: { name: 'settings' } }] }] }),
        pod('files', { volumes: [{ name: 'settings', configMap: { name: 'settings' } }] }), settings)),
    // The third object of the user's is created five seconds after the pods.
    schedules: [late('request|kubectl|run:1|main', 5, 5_000)],
  },
  {
    name: 'hooks',
    scenario: scenarioOf({ nodes: 1, profiles: { 'bad:1': { postStartFails: 2 } } },
      apply(pod('web', { volumes: [{ name: 'data', emptyDir: {} }], containers: [
        { name: 'first', image: 'web:1', lifecycle: { postStart: { sleep: { seconds: 3 } }, preStop: { sleep: { seconds: 4 } } } },
        { name: 'second', image: 'bad:1', lifecycle: { postStart: { exec: { command: ['/setup'] } } } },
        { name: 'third', image: 'web:1' },
      ] })), deleteNamed('pods', 'web')),
    budgets: { delays: 2, faults: 1 },
  },
  {
    name: 'private-images',
    scenario: scenarioOf({ nodes: 1, profiles: { 'registry.example/web:1': { needsPullSecret: true } } },
      apply(dockerSecret('regcred', 'registry.example'),
        pod('owner', { ...privately, imagePullSecrets: [{ name: 'regcred' }] })),
      apply(pod('guest', privately)), deleteNamed('pods', 'guest')),
  },
  {
    name: 'kubelet-restarts',
    scenario: scenarioOf({ nodes: 1 },
      apply(service('web'), deployment('web', { replicas: 2, container: wellBehaved })), scale('web', 1), scale('web', 2)),
    budgets: { delays: 0, faults: 1 },
    schedules: [{ deviations: [
      { kind: 'fault', channel: 'user|kubectl', nth: 1, fault: 'restart', target: 'kubelet/node-1', ms: 0 },
    ] }],
  },
  {
    name: 'node-reboots',
    scenario: scenarioOf({ nodes: 1 },
      apply(pod('web', { initContainers: [{ name: 'setup', image: 'setup:1' }] })), taint('a=1:NoSchedule'), deleteNamed('pods', 'web')),
    budgets: { delays: 1, faults: 1 },
    schedules: [{ deviations: [
      { kind: 'fault', channel: 'user|kubectl', nth: 1, fault: 'power-loss', target: 'node-1', ms: 20_000 },
    ] }],
  },
  {
    name: 'two-containers',
    scenario: scenarioOf({ nodes: 1 }, apply(pod('web', { containers: [
      { name: 'main', image: 'web:1' }, { name: 'agent', image: 'agent:1' },
    ] }))),
    schedules: [{ deviations: [
      { kind: 'outcome', channel: 'timer|kubelet/node-1|pod:default/web|relist', nth: 0, ask: 0, pick: 1 },
    ] }],
  },
  {
    name: 'containers-that-hang',
    scenario: scenarioOf({ nodes: 1, profiles: { 'stuck:1': { probes: {
      liveness: [{ afterSeconds: 0, answer: 'success' }, { afterSeconds: 15, answer: 'hangs' }],
      readiness: [{ afterSeconds: 0, answer: 'success' }, { afterSeconds: 10, answer: 'hangs' }],
    } } } }, apply(pod('stuck', { containers: [{
      name: 'main', image: 'stuck:1', ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 2 },
      livenessProbe: { exec: { command: ['ping'] }, periodSeconds: 5, timeoutSeconds: 2 },
    }] }))),
  },
  {
    name: 'records-of-containers-removed',
    scenario: scenarioOf({ nodes: 1, profiles: { 'agent:1': { exits: { afterSeconds: 30, code: 1, times: 1 } } } },
      apply(pod('web', {
        initContainers: [{ name: 'setup', image: 'setup:1' }],
        containers: [{ name: 'main', image: 'web:1' }, { name: 'agent', image: 'agent:1' }],
      })), { do: 'prune', node: { name: 'node-1' } }, deleteNamed('pods', 'web')),
    budgets: { delays: 2, faults: 1 },
  },
  {
    name: 'node-shuts-down',
    scenario: scenarioOf({ nodes: 2 }, apply(service('web'), deployment('web', { container: wellBehaved })), {
      do: 'shutdown', node: { name: 'node-1' }, config: { shutdownGracePeriod: 30, shutdownGracePeriodCriticalPods: 10 },
    }),
    budgets: { delays: 1, faults: 0 },
  },
]
