/** Examples of kubernetes.io whose containers start, wait for each other, fail and end, and how their pages say they do. */
import { describe, expect, test } from 'vitest'
import { applied, catted, statusIn, wrote } from '../../support/documented.js'
import type { Bench } from '../../support/drive.js'
import { settleFor } from '../../support/node.js'

const restarts = (bench: Bench, pod: string): number | undefined => statusIn(bench, pod)?.containerStatuses?.[0]?.restartCount
const ready = (bench: Bench, pod: string): string | undefined =>
  statusIn(bench, pod)?.conditions?.find(({ type }) => type === 'Ready')?.status

describe('pods of several containers', () => {
  test('pods/two-container-pod.yaml: one writes and has completed, the other serves', () => {
    const bench = applied(10, `{ metadata: { name: two-containers }, spec: { restartPolicy: Never, volumes: [{ name: shared-data, emptyDir: {} }],
      containers: [
        { name: nginx-container, image: nginx, volumeMounts: [{ name: shared-data, mountPath: /usr/share/nginx/html }] },
        { name: debian-container, image: debian, volumeMounts: [{ name: shared-data, mountPath: /pod-data }],
          command: [/bin/sh], args: [-c, echo Hello from the debian container > /pod-data/index.html] }] } }`)
    const [debian, nginx] = [...statusIn(bench, 'two-containers')?.containerStatuses ?? []].sort((a, b) => (a.name < b.name ? -1 : 1))
    expect(debian?.state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
    expect(nginx?.state.running).toBeDefined()
    expect(statusIn(bench, 'two-containers')?.phase).toBe('Running')
  })

  test('pods/multi-container/shared-volume.yaml: an init container leaves what the application finds', () => {
    const bench = applied(10, `{ metadata: { name: shared-volume-example }, spec: { volumes: [{ name: content, emptyDir: { sizeLimit: 10Mi } }],
      initContainers: [{ name: content-writer, image: "registry.k8s.io/busybox:1.27.2",
        command: [sh, -c, echo Hello from the init container > /content/index.html], volumeMounts: [{ name: content, mountPath: /content }] }],
      containers: [{ name: web, image: "registry.k8s.io/busybox:1.27.2", command: [sh, -c, "cat /html/index.html; sleep 600"],
        volumeMounts: [{ name: content, mountPath: /html, readOnly: true }] }] } }`)
    expect(wrote(bench, 'shared-volume-example', 'web')).toEqual(['Hello from the init container'])
  })

  test('pods/multi-container/startup-coordination.yaml: a sidecar has started before the application does', () => {
    const mounts = 'volumeMounts: [{ name: config, mountPath: /config }]'
    const bench = applied(15, `{ metadata: { name: startup-coordination-example }, spec: { volumes: [{ name: config, emptyDir: {} }],
      initContainers: [{ name: config-sidecar, image: "registry.k8s.io/busybox:1.27.2", restartPolicy: Always, ${mounts},
        command: [sh, -c, "sleep 5; echo greeting=hello > /config/app.conf; while true; do sleep 3600; done"],
        startupProbe: { exec: { command: [test, -f, /config/app.conf] }, periodSeconds: 2 } }],
      containers: [{ name: main-app, image: "registry.k8s.io/busybox:1.27.2", ${mounts},
        command: [sh, -c, "cat /config/app.conf; while true; do sleep 3600; done"] }] } }`)
    expect(wrote(bench, 'startup-coordination-example', 'main-app')).toEqual(['greeting=hello'])
    expect(restarts(bench, 'startup-coordination-example')).toBe(0)
  })

  test('pods/multi-container/localhost.yaml: containers of a pod reach each other at localhost', () => {
    const bench = applied(20, `{ metadata: { name: localhost-example }, spec: {
      initContainers: [{ name: client, image: "registry.k8s.io/busybox:1.27.2", restartPolicy: Always,
        command: [sh, -c, "while true; do wget -qO- http://localhost:80 > /dev/null && echo reached; sleep 5; done"] }],
      containers: [{ name: web, image: "nginx:1.29", ports: [{ containerPort: 80 }] }] } }`)
    expect(wrote(bench, 'localhost-example', 'client')).toEqual(['reached'])
  })

  test('pods/inject/envars-file-container.yaml: a variable out of a file that an init container has written', () => {
    const example = (key: string): Bench => applied(10, `{ metadata: { name: envfile-test-pod }, spec: { restartPolicy: Never,
      volumes: [{ name: config, emptyDir: {} }],
      initContainers: [{ name: setup-envfile, image: nginx, volumeMounts: [{ name: config, mountPath: /data }],
        command: [sh, -c, "echo DB_ADDRESS=\\\\'address\\\\' > /data/config.env"] }],
      containers: [{ name: use-envfile, image: nginx, command: [/bin/sh, -c, "printenv DB_ADDRESS"],
        env: [{ name: DB_ADDRESS, valueFrom: { fileKeyRef: { path: config.env, volumeName: config, key: ${key}, optional: false } } }] }] } }`)
    expect(wrote(example('DB_ADDRESS'), 'envfile-test-pod', 'use-envfile')).toEqual(['address'])
    const { state } = statusIn(example('DB_PORT'), 'envfile-test-pod')?.containerStatuses?.[0] ?? {}
    expect(state?.waiting).toMatchObject({ reason: 'CreateContainerConfigError', message: expect.stringMatching(
      /^environment variable key "DB_PORT" not found in file ".*\/kubernetes\.io~empty-dir\/config\/config\.env"$/) })
  })
})

describe('probes', () => {
  test('pods/probe/grpc-liveness.yaml: stays healthy after 15 seconds', () => {
    const bench = applied(60, `{ metadata: { name: etcd-with-grpc }, spec: { containers: [{ name: etcd, image: "registry.k8s.io/etcd:3.5.1-0",
      command: [/usr/local/bin/etcd, --listen-client-urls, "http://0.0.0.0:2379", --advertise-client-urls, "http://127.0.0.1:2379"],
      ports: [{ containerPort: 2379 }], livenessProbe: { grpc: { port: 2379 }, initialDelaySeconds: 10 } }] } }`)
    expect([restarts(bench, 'etcd-with-grpc'), ready(bench, 'etcd-with-grpc')]).toEqual([0, 'True'])
  })
})

describe('restarts', () => {
  test('pods/restart-policy/restart-all-containers.yaml: the watcher\'s exit code begins the whole pod anew', () => {
    const image = 'image: "registry.k8s.io/busybox:1.27.2"'
    const bench = applied(50, `{ metadata: { name: ml-worker }, spec: { restartPolicy: Never,
      initContainers: [
        { name: setup-environment, ${image}, command: [sh, -c, echo Setting up environment] },
        { name: watcher-sidecar, ${image}, command: [sh, -c, "sleep 60; exit 88"], restartPolicy: Always,
          restartPolicyRules: [{ action: RestartAllContainers, exitCodes: { operator: In, values: [88] } }] }],
      containers: [{ name: main-application, ${image}, command: [sh, -c, "echo Application is running; sleep 3600"] }] } }`)
    const seen = new Set<string>()
    const counts = (): readonly (number | undefined)[] => {
      const { initContainerStatuses = [], containerStatuses = [] } = statusIn(bench, 'ml-worker') ?? {}
      return [...initContainerStatuses, ...containerStatuses].map(({ restartCount }) => restartCount)
    }
    const restarting = (): string | undefined =>
      statusIn(bench, 'ml-worker')?.conditions?.find(({ type }) => type === 'AllContainersRestarting')?.status
    const address = statusIn(bench, 'ml-worker')?.podIP
    expect([counts(), restarting()]).toEqual([[0, 0, 0], 'False'])
    for (let second = 0; second < 30; second++) {
      settleFor(bench, 1)
      seen.add(`${statusIn(bench, 'ml-worker')?.phase ?? ''} ${restarting() ?? ''}`)
    }
    expect(counts()).toEqual([1, 1, 1])
    expect([...seen]).toEqual(['Running False', 'Running True'])
    expect(statusIn(bench, 'ml-worker')).toMatchObject({ phase: 'Running', podIP: address })
    settleFor(bench, 62)
    expect(counts()).toEqual([2, 2, 2])
  })

  test('a container that fails with restartPolicy Never fails its pod; with OnFailure it is started again', () => {
    const failing = (policy: string): Bench => applied(3, `{ metadata: { name: failing }, spec: { restartPolicy: ${policy},
      containers: [{ name: main, image: busybox, command: [sh, -c, exit 1] }] } }`)
    expect(statusIn(failing('Never'), 'failing')?.phase).toBe('Failed')
    expect(statusIn(failing('OnFailure'), 'failing')).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 1 }] })
  })
})

describe('users', () => {
  test('pods/security/security-context-2.yaml: a container\'s user stands above its pod\'s', () => {
    const bench = applied(5, `{ metadata: { name: demo }, spec: { securityContext: { runAsUser: 1000 }, containers: [
      { name: own, image: busybox, command: [sh, -c, "id -u; sleep 600"], securityContext: { runAsUser: 2000, allowPrivilegeEscalation: false } },
      { name: other, image: busybox, command: [sh, -c, "id -u; sleep 600"] }] } }`)
    expect([wrote(bench, 'demo', 'own'), wrote(bench, 'demo', 'other')]).toEqual([['2000'], ['1000']])
  })
})

describe('images', () => {
  test('an image that is not there is waited for, and the reason is told', () => {
    const bench = applied(30, `{ metadata: { name: private-reg, annotations: { orrery.dev/profile: '{ "pullFails": true }' } },
      spec: { containers: [{ name: private-reg-container, image: your.private.registry.example.com/janedoe/jdoe-private:v1 }] } }`)
    expect(statusIn(bench, 'private-reg')).toMatchObject({ phase: 'Pending', containerStatuses: [
      { state: { waiting: { reason: expect.stringMatching(/^(ErrImagePull|ImagePullBackOff)$/) } } }] })
  })

  test('pods/simple-pod.yaml: nginx runs, and its file is there', () => {
    const bench = applied(5, '{ metadata: { name: nginx }, spec: { containers: [{ name: nginx, image: "nginx:1.14.2", ports: [{ containerPort: 80 }] }] } }')
    expect([statusIn(bench, 'nginx')?.phase, ready(bench, 'nginx')]).toEqual(['Running', 'True'])
    expect(catted(bench, 'nginx', 'nginx', '/etc/hosts')).toBeUndefined() // a server alone is not looked into
  })
})
