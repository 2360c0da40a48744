/** Examples of kubernetes.io on variables, ConfigMaps, Secrets and the downward API, and what their pages print. */
import { describe, expect, test } from 'vitest'
import { applied, catted, statusIn, wrote } from '../../support/documented.js'
import { settleFor } from '../../support/node.js'

const special = '{ kind: ConfigMap, metadata: { name: special-config }, data: { SPECIAL_LEVEL: very, SPECIAL_TYPE: charm } }'

/** A pod of one container, by its members. */
const pod = (name: string, container: string, spec = ''): string =>
  `{ metadata: { name: ${name} }, spec: { containers: [{ name: test-container, ${container} }]${spec} } }`

const never = ', restartPolicy: Never'
const busybox = 'image: "registry.k8s.io/busybox:1.27.2"'

describe('variables', () => {
  test('pods/commands.yaml: a command takes the place of the image\'s, and its pod completes', () => {
    const bench = applied(5, pod('command-demo', 'image: debian, command: [printenv], args: [HOSTNAME, KUBERNETES_PORT]',
      ', restartPolicy: OnFailure'))
    expect(wrote(bench, 'command-demo', 'test-container')[0]).toBe('command-demo')
  })

  test('pods/inject/dependent-envars.yaml: only what stands before is put in, and $$ is a dollar', () => {
    const script = ['SERVICE_ADDRESS', 'UNCHANGED_REFERENCE', 'ESCAPED_REFERENCE'].map((name) => `printenv ${name}`).join('; ')
    const bench = applied(5, pod('dependent-envars-demo', `image: busybox, command: [sh, -c],
      args: ["while true; do ${script}; sleep 30; done"], env: [
        { name: SERVICE_PORT, value: "80" }, { name: SERVICE_IP, value: 172.17.0.1 },
        { name: UNCHANGED_REFERENCE, value: "$(PROTOCOL)://$(SERVICE_IP):$(SERVICE_PORT)" },
        { name: PROTOCOL, value: https },
        { name: SERVICE_ADDRESS, value: "$(PROTOCOL)://$(SERVICE_IP):$(SERVICE_PORT)" },
        { name: ESCAPED_REFERENCE, value: "$$(PROTOCOL)://$(SERVICE_IP):$(SERVICE_PORT)" }]`))
    expect(wrote(bench, 'dependent-envars-demo', 'test-container')).toEqual([
      'https://172.17.0.1:80', '$(PROTOCOL)://172.17.0.1:80', '$(PROTOCOL)://172.17.0.1:80',
    ])
  })

  test('pods/inject/dapi-envars-pod.yaml: a pod learns of its own fields', () => {
    const field = (name: string, path: string): string => `{ name: ${name}, valueFrom: { fieldRef: { fieldPath: ${path} } } }`
    const bench = applied(5, pod('dapi-envars-fieldref', `${busybox}, command: [sh, -c],
      args: ["while true; do printenv MY_NODE_NAME MY_POD_NAME MY_POD_NAMESPACE MY_POD_IP; sleep 10; done"],
      env: [${field('MY_NODE_NAME', 'spec.nodeName')}, ${field('MY_POD_NAME', 'metadata.name')},
        ${field('MY_POD_NAMESPACE', 'metadata.namespace')}, ${field('MY_POD_IP', 'status.podIP')}]`, never))
    expect(wrote(bench, 'dapi-envars-fieldref', 'test-container'))
      .toEqual(['node-1', 'dapi-envars-fieldref', 'default', statusIn(bench, 'dapi-envars-fieldref')?.podIP])
  })

  test('pods/inject/dapi-envars-container.yaml: and of its resources, rounded up', () => {
    const of = (name: string, resource: string): string =>
      `{ name: ${name}, valueFrom: { resourceFieldRef: { containerName: test-container, resource: ${resource} } } }`
    const bench = applied(5, pod('dapi-envars-resourcefieldref', `${busybox}, command: [sh, -c],
      args: ["while true; do printenv A B C D; sleep 10; done"],
      resources: { requests: { memory: 32Mi, cpu: 125m }, limits: { memory: 64Mi, cpu: 250m } },
      env: [${of('A', 'requests.cpu')}, ${of('B', 'limits.cpu')}, ${of('C', 'requests.memory')}, ${of('D', 'limits.memory')}]`, never))
    expect(wrote(bench, 'dapi-envars-resourcefieldref', 'test-container')).toEqual(['1', '1', '33554432', '67108864'])
  })

  test('pods/inject/pod-multiple-secret-env-variable.yaml: from the keys of two Secrets', () => {
    const from = (name: string, secret: string): string =>
      `{ name: ${name}, valueFrom: { secretKeyRef: { name: ${secret}, key: ${secret}-username } } }`
    const bench = applied(5,
      '{ kind: Secret, metadata: { name: backend }, data: { backend-username: YmFja2VuZC1hZG1pbg== } }',
      '{ kind: Secret, metadata: { name: db }, data: { db-username: ZGItYWRtaW4= } }',
      pod('envvars-multiple-secrets', `${busybox}, command: [sh, -c, "env | grep _USERNAME | sort; sleep 600"],
        env: [${from('BACKEND_USERNAME', 'backend')}, ${from('DB_USERNAME', 'db')}]`))
    expect(wrote(bench, 'envvars-multiple-secrets', 'test-container'))
      .toEqual(['BACKEND_USERNAME=backend-admin', 'DB_USERNAME=db-admin'])
  })

  test('pods/inject/pod-secret-envFrom.yaml: all keys of a Secret', () => {
    const bench = applied(5,
      '{ kind: Secret, metadata: { name: test-secret }, data: { username: bXktYXBw, password: Mzk1MjgkdmRnN0pi } }',
      pod('envfrom-secret', `${busybox}, command: [sh, -c, "echo username: $username password: $password; sleep 600"],
        envFrom: [{ secretRef: { name: test-secret } }]`))
    expect(wrote(bench, 'envfrom-secret', 'test-container')).toEqual(['username: my-app password: 39528$vdg7Jb'])
  })
})

describe('a ConfigMap', () => {
  test('pods/pod-configmap-env-var-valueFrom.yaml: in the command, and the pod succeeds', () => {
    const from = (name: string, key: string): string =>
      `{ name: ${name}, valueFrom: { configMapKeyRef: { name: special-config, key: ${key} } } }`
    const bench = applied(5, special, pod('dapi-test-pod', `${busybox}, command: [/bin/echo, $(A) $(B)],
      env: [${from('A', 'SPECIAL_LEVEL')}, ${from('B', 'SPECIAL_TYPE')}]`, never))
    expect(wrote(bench, 'dapi-test-pod', 'test-container')).toEqual(['very charm'])
    expect(statusIn(bench, 'dapi-test-pod')?.phase).toBe('Succeeded')
  })

  test('pods/pod-configmap-envFrom.yaml: all of its keys are variables', () => {
    const bench = applied(5, special, pod('dapi-test-pod', `${busybox}, command: [/bin/sh, -c, "env | sort"],
      envFrom: [{ configMapRef: { name: special-config } }]`, never))
    expect(wrote(bench, 'dapi-test-pod', 'test-container'))
      .toEqual(expect.arrayContaining(['SPECIAL_LEVEL=very', 'SPECIAL_TYPE=charm']))
  })

  const mounted = 'volumeMounts: [{ name: config-volume, mountPath: /etc/config }]'

  test('pods/pod-configmap-volume.yaml: its keys are files', () => {
    const bench = applied(5, special, pod('dapi-test-pod', `${busybox}, command: [/bin/sh, -c, ls /etc/config/], ${mounted}`,
      `, volumes: [{ name: config-volume, configMap: { name: special-config } }]${never}`))
    expect(wrote(bench, 'dapi-test-pod', 'test-container')).toEqual(['SPECIAL_LEVEL', 'SPECIAL_TYPE'])
  })

  test('pods/pod-configmap-volume-specific-key.yaml: one key is one file, and what the image had there is hidden', () => {
    const bench = applied(5, special, pod('dapi-test-pod', `${busybox}, command: [/bin/sh, -c, "cat /etc/config/keys; ls /etc/config"], ${mounted}`,
      `, volumes: [{ name: config-volume, configMap: { name: special-config, items: [{ key: SPECIAL_LEVEL, path: keys }] } }]${never}`))
    expect(wrote(bench, 'dapi-test-pod', 'test-container').join('')).toBe('verykeys')
  })

  test('that is not there keeps the container waiting, unless it is optional', () => {
    const wanted = (optional: string): string => pod('dapi-test-pod', `${busybox}, command: [/bin/sh, -c, "echo level: $A"],
      env: [{ name: A, valueFrom: { configMapKeyRef: { name: a-config, key: akey, optional: ${optional} } } }]`, never)
    expect(statusIn(applied(5, wanted('false')), 'dapi-test-pod')?.containerStatuses?.[0]?.state.waiting)
      .toEqual({ reason: 'CreateContainerConfigError', message: 'configmap "a-config" not found' })
    expect(wrote(applied(5, wanted('true')), 'dapi-test-pod', 'test-container')).toEqual(['level:'])
  })
})

describe('files', () => {
  const podInfo = 'volumeMounts: [{ name: podinfo, mountPath: /etc/podinfo }]'

  test('pods/inject/dapi-volume.yaml: labels and annotations, a line each, in order', () => {
    const bench = applied(5, `{ metadata: { name: dapi, labels: { zone: us-est-coast, cluster: test-cluster1, rack: rack-22 },
      annotations: { build: two, builder: john-doe } }, spec: {
        containers: [{ name: client, ${busybox}, command: [sleep, "600"], ${podInfo} }],
        volumes: [{ name: podinfo, downwardAPI: { items: [
          { path: labels, fieldRef: { fieldPath: metadata.labels } },
          { path: annotations, fieldRef: { fieldPath: metadata.annotations } }] } }] } }`)
    expect(catted(bench, 'dapi', 'client', '/etc/podinfo/labels'))
      .toBe('cluster="test-cluster1"\nrack="rack-22"\nzone="us-est-coast"')
    expect(catted(bench, 'dapi', 'client', '/etc/podinfo/annotations')).toBe('build="two"\nbuilder="john-doe"')
  })

  test('pods/inject/dapi-volume-resources.yaml: resources, by their divisors', () => {
    const item = (path: string, resource: string, divisor: string): string =>
      `{ path: ${path}, resourceFieldRef: { containerName: client, resource: ${resource}, divisor: ${divisor} } }`
    const bench = applied(5, `{ metadata: { name: dapi }, spec: {
      containers: [{ name: client, ${busybox}, command: [sleep, "600"], ${podInfo},
        resources: { requests: { memory: 32Mi, cpu: 125m }, limits: { memory: 64Mi, cpu: 250m } } }],
      volumes: [{ name: podinfo, downwardAPI: { items: [${item('cpu_limit', 'limits.cpu', '1m')},
        ${item('cpu_request', 'requests.cpu', '1m')}, ${item('mem_limit', 'limits.memory', '1Mi')}] } }] } }`)
    const file = (name: string): string | undefined => catted(bench, 'dapi', 'client', `/etc/podinfo/${name}`)
    expect([file('cpu_limit'), file('cpu_request'), file('mem_limit')]).toEqual(['250', '125', '64'])
  })

  test('pods/inject/secret-pod.yaml: the keys of a Secret', () => {
    const bench = applied(5,
      '{ kind: Secret, metadata: { name: test-secret }, data: { username: bXktYXBw, password: Mzk1MjgkdmRnN0pi } }',
      pod('secret-test-pod', `${busybox}, command: [sh, -c, "cd /etc/secret-volume; ls; cat username; echo; cat password; echo; sleep 600"],
        volumeMounts: [{ name: secret-volume, mountPath: /etc/secret-volume, readOnly: true }]`,
      ', volumes: [{ name: secret-volume, secret: { secretName: test-secret } }]'))
    expect(wrote(bench, 'secret-test-pod', 'test-container')).toEqual(['password', 'username', 'my-app', '39528$vdg7Jb'])
  })

  test('pods/storage/projected-secrets-nondefault-permission-mode.yaml: a mode of one file alone', () => {
    const bench = applied(5,
      '{ kind: Secret, metadata: { name: mysecret }, data: { username: YWRtaW4= } }',
      '{ kind: Secret, metadata: { name: mysecret2 }, data: { password: aHVudGVy } }',
      pod('volume-test', `image: "busybox:1.28", command: [sh, -c, "stat -L -c %a /all/my-group/my-username /all/my-group/my-password; sleep 600"],
        volumeMounts: [{ name: all-in-one, mountPath: /all, readOnly: true }]`, `, volumes: [{ name: all-in-one, projected: { sources: [
        { secret: { name: mysecret, items: [{ key: username, path: my-group/my-username }] } },
        { secret: { name: mysecret2, items: [{ key: password, path: my-group/my-password, mode: 511 }] } }] } }]`))
    expect(wrote(bench, 'volume-test', 'test-container')).toEqual(['644', '777'])
  })
})

describe('what is written is kept', () => {
  test('debug/counter-pod-err.yaml: both streams, a line a second', () => {
    const bench = applied(5, '{ metadata: { name: counter-err }, spec: { containers: [{ name: count, image: "busybox:1.28", args: [/bin/sh, -c, '
      + '"i=0; while true; do echo $i: out; echo $i: err >&2; i=$((i+1)); sleep 1; done"] }] } }')
    const [out = '', err = ''] = wrote(bench, 'counter-err', 'count')
    expect([out, err]).toEqual([`${parseInt(out, 10)}: out`, `${parseInt(out, 10)}: err`])
    settleFor(bench, 10)
    expect(parseInt(wrote(bench, 'counter-err', 'count')[0] ?? '', 10)).toBe(parseInt(out, 10) + 10)
  })

  test('debug/termination.yaml: what stands in the termination log is the message', () => {
    const bench = applied(12, '{ metadata: { name: termination-demo }, spec: { containers: [{ name: termination-demo-container, image: debian, '
      + 'command: [/bin/sh], args: [-c, "sleep 10 && echo Sleep expired > /dev/termination-log"] }] } }')
    const [status] = statusIn(bench, 'termination-demo')?.containerStatuses ?? []
    expect(status?.state.terminated ?? status?.lastState?.terminated)
      .toMatchObject({ exitCode: 0, reason: 'Completed', message: 'Sleep expired\n' })
  })
})
