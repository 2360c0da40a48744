/**
 * Commands of Kubernetes' documentation and of applications that many people run do what is written of them.
 */
import { describe, expect, test } from 'vitest'
import { fileCall } from '#models/container/files/call'
import type { View } from '#models/container/files/view'
import type { ImageProgram, NetworkAnswer } from '#models/container/processes/system'
import { refusalOf } from '#models/container/shell/programs/sh'
import { memorySystem, textIn } from '../../../support/memory-system.js'
import type { MemorySystem } from '../../../support/memory-system.js'
import { begun, codeOf, execed, finished, next, signalled, until } from '../../../support/shell.js'
import type { Going } from '../../../support/shell.js'

// As `memorySystem` made it.
const view = (going: Going): View => (going.system as MemorySystem).view
const text = (going: Going, path: string): string | undefined => textIn(view(going), path)
const stat = (going: Going, path: string) => fileCall(view(going), '/', { call: 'stat', path })[1]
const sh = (
  script: string,
  outside: Parameters<typeof memorySystem>[0] = {},
  env: Readonly<Record<string, string>> = {}
): Going =>
  begun(['/bin/sh', '-c', script], memorySystem(outside), { env: { PATH: '/usr/bin:/bin', ...env } })

/** A host is known, or somebody listens, from the nth time on that it is asked for. */
function fromTime(count: number, good: NetworkAnswer, bad: NetworkAnswer): () => NetworkAnswer {
  let asked = 0
  return () => (++asked >= count ? good : bad)
}
const date = 'Thu Jan  1 00:00:00 UTC 1970'

describe('kubernetes.io: probes', () => {
  // content/en/examples/pods/probe/exec-liveness.yaml
  const going = sh('touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600')
  test.each([
    [0, 0], [29, 0], [30, 1], [35, 1], [629, 1],
  ])('the liveness probe after %d s ends with %d', (time, code) =>
    expect(execed(until(going, time), 'cat', '/tmp/healthy').code).toBe(code)
  )

  test('the container would end by itself with 0, and does not hear SIGTERM before', () => {
    expect(finished(going)).toMatchObject({ now: 630, ended: [{ code: 0 }] })
    expect(signalled(until(going, 40), 'TERM').ended).toEqual([])
  })
})

describe('kubernetes.io: init containers', () => {
  // content/en/docs/concepts/workloads/pods/init-containers.md
  test('wait until a Service has a name', () => {
    const script =
      'until nslookup myservice.$(cat /ns).svc.cluster.local; do echo waiting for myservice; sleep 2; done'
    const found: NetworkAnswer = { ok: true, addresses: ['10.0.0.7'] }
    const going = finished(
      sh(script, {
        files: { '/ns': 'default' },
        network: fromTime(4, found, { ok: false, why: 'unknown host' }),
      })
    )
    expect(going).toMatchObject({ now: 6, ended: [{ code: 0 }] })
    expect(going.said.filter((line) => line.startsWith('waiting'))).toHaveLength(3)
    expect(going.said.at(-1)).toBe('Address: 10.0.0.7')
  })

  // content/en/examples/pods/init-containers.yaml
  test('fetch a page into a shared volume', () => {
    const outside = memorySystem({
      files: { '/work-dir/.keep': '' },
      network: () => ({ ok: true, status: 200, body: '<html>' }),
    })
    const going = begun(['wget', '-O', '/work-dir/index.html', 'http://info.cern.ch'], outside)
    expect(codeOf(going)).toBe(0)
    expect(text(going, '/work-dir/index.html')).toBe('<html>')
  })
})

describe('kubernetes.io: hooks', () => {
  // content/en/examples/pods/lifecycle-events.yaml
  const nginx = (argv: readonly string[]): ImageProgram => (argv.includes('-s') ?
    { is: 'ends', code: 0, signals: { name: 'nginx', signal: 'QUIT' } } :
    { is: 'server', listens: [80], signals: { TERM: { exits: 0 }, QUIT: { exits: 0, after: 3 } } })
  const entrypoint: ImageProgram = { is: 'becomes', argv: ['nginx', '-g', 'daemon off;'] }
  const going = begun(
    ['/docker-entrypoint.sh', 'nginx'],
    memorySystem({ programs: { '/docker-entrypoint.sh': entrypoint, nginx } })
  )

  test('postStart writes a file', () => {
    const after = execed(going, '/bin/sh', '-c', 'echo Hello from the postStart handler > /usr/share/message')
    expect([after.code, text(after, '/usr/share/message')]).toEqual([0, 'Hello from the postStart handler\n'])
    expect(after.listens).toEqual([80])
  })

  test('preStop asks nginx to quit, and waits until it has', () => {
    const hook = execed(going, '/bin/sh', '-c', 'nginx -s quit; while killall -0 nginx; do sleep 1; done')
    expect(hook.listens).toEqual([])
    const after = finished(hook)
    expect(after).toMatchObject({ now: 3 })
    expect(after.ended).toMatchObject([{ pid: 2, code: 137 }, { pid: 1, code: 0 }])
  })
})

describe('kubernetes.io: logs, volumes, environment', () => {
  test.each([
    // content/en/examples/debug/counter-pod.yaml
    [
      'counter',
      'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done',
      {},
      2,
      ['0: ' + date, '1: ' + date, '2: ' + date],
    ],
    // content/en/examples/pods/inject/dependent-envars.yaml
    [
      'dependent variables',
      "while true; do printf UNPROTECTED_REFERENCE=$UNPROTECTED_REFERENCE'\\n'; " +
        "printf ESCAPED_REFERENCE=$ESCAPED_REFERENCE'\\n'; sleep 30; done",
      { UNPROTECTED_REFERENCE: 'https://172.17.0.1:80', ESCAPED_REFERENCE: '$(PROTOCOL)://172.17.0.1:80' },
      30,
      [
        'UNPROTECTED_REFERENCE=https://172.17.0.1:80',
        'ESCAPED_REFERENCE=$(PROTOCOL)://172.17.0.1:80',
        'UNPROTECTED_REFERENCE=https://172.17.0.1:80',
        'ESCAPED_REFERENCE=$(PROTOCOL)://172.17.0.1:80',
      ],
    ],
    // content/en/examples/pods/inject/dapi-envars-pod.yaml
    [
      'the downward API',
      "while true; do echo -en '\\n'; printenv MY_NODE_NAME MY_POD_NAME; sleep 10; done",
      { MY_NODE_NAME: 'node-1', MY_POD_NAME: 'p' },
      0,
      ['', 'node-1', 'p'],
    ],
    // content/en/examples/pods/inject/envars.yaml and pods/commands.yaml
    [
      'a greeting',
      'echo ${GREETING} ${HONORIFIC} ${NAME}',
      { GREETING: 'Warm greetings to', HONORIFIC: 'The Most Honorable', NAME: 'Kubernetes' },
      0,
      ['Warm greetings to The Most Honorable Kubernetes'],
    ],
    // content/en/examples/application/job/cronjob.yaml
    [
      'a cron job',
      'date; echo Hello from the Kubernetes cluster',
      {},
      0,
      [date, 'Hello from the Kubernetes cluster'],
    ],
  ])('%s', (_, script, env, time, said) => expect(until(sh(script, {}, env), time).said).toEqual(said))

  // content/en/examples/pods/inject/dapi-volume.yaml
  test('a volume of the downward API is read again and again', () => {
    const going = sh(
      "while true; do if [[ -e /etc/podinfo/labels ]]; then echo -en '\\n\\n'; " +
        'cat /etc/podinfo/labels; fi; sleep 5; done',
      { files: { '/etc/podinfo/labels': 'zone="us"\n' } }
    )
    expect(until(going, 5).said).toEqual(['', '', 'zone="us"', '', '', 'zone="us"'])
  })

  // content/en/examples/admin/logging/two-files-counter-pod-streaming-sidecar.yaml; application/deployment-
  // sidecar.yaml
  test('a sidecar follows a log', () => {
    const script =
      'i=0; while true; do echo "$i: $(date)" >> /var/log/1.log; ' +
      'echo "$(date) INFO $i" >> /var/log/2.log; i=$((i+1)); sleep 1; done'
    const going = until(execed(sh(script), 'tail', '-n+1', '-F', '/var/log/1.log'), 2)
    expect(going.said).toEqual([`0: ${date}`, `1: ${date}`, `2: ${date}`])
    expect(text(going, '/var/log/2.log')?.split('\n')[1]).toBe(`${date} INFO 1`)
  })

  // content/en/examples/debug/termination.yaml
  test('a termination message', () => {
    const going = finished(sh('sleep 10 && echo Sleep expired > /dev/termination-log'))
    expect([going.now, text(going, '/dev/termination-log')]).toEqual([10, 'Sleep expired\n'])
  })

  // content/en/examples/pods/two-container-pod.yaml
  test('a page for another container', () =>
    expect(
      text(
        sh('echo Hello from the debian container > /pod-data/index.html', {
          files: { '/pod-data/.keep': '' },
        }),
        '/pod-data/index.html'
      )
    ).toBe('Hello from the debian container\n'))

  // content/en/examples/application/job/job-pod-failure-policy.yaml
  test('a job that fails as its policy wants', () =>
    expect(finished(sh('echo "Hello world!" && sleep 5 && exit 42'))).toMatchObject({
      now: 5,
      ended: [{ code: 42 }],
    }))

  // content/en/docs/tasks/run-application/horizontal-pod-autoscale-walkthrough.md
  test('a generator of load', () => {
    const going = sh('while sleep 0.01; do wget -q -O- http://php-apache; done', {
      network: () => ({ ok: true, status: 200, body: 'OK!' }),
    })
    expect(until(going, 0.05).said.join('')).toMatch(/^(OK!)*$/)
  })

  test('a container that is kept by sleep, by tail, or by a loop', () => {
    for (const script of [
      'sleep 1h',
      'sleep infinity',
      'tail -f /dev/null',
      'while true; do sleep 3600; done',
    ])
      expect(sh(script).ended).toEqual([])
    expect([sh('sleep infinity').due, sh('tail -f /dev/null').due, sh('sleep 1h').due]).toEqual([
      {},
      {},
      { 1: 3600 },
    ])
  })
})

describe('Ends that are asked for', () => {
  test.each([
    ['trap "exit 0" TERM; while true; do sleep 1; done', 0, 1],
    ['trap "echo bye; exit 0" TERM INT; sleep 3600 & wait $!', 0, 0],
    [
      'end() { rm -f /tmp/ready; exit 0; }; trap end TERM; touch /tmp/ready; while :; do sleep 5& wait; done',
      0,
      0,
    ],
    ["trap 'kill -TERM $!; wait $!; exit 7' TERM; sleep 100 & wait $!", 7, 0],
  ])('%s', (script, code, takes) => {
    const going = finished(signalled(until(sh(script), 0.5), 'TERM'), 3)
    expect([codeOf(going), going.now <= takes + 0.5]).toEqual([code, true])
  })

  test('exec makes the server PID 1, which hears the signal; a shell does not pass it on', () => {
    const programs = { server: { is: 'server', signals: { TERM: { exits: 0 } } } } as const
    expect(signalled(sh('echo starting; exec server --flag', { programs }), 'TERM')).toMatchObject({
      ended: [{ code: 0 }],
    })
    expect(signalled(sh('server --flag; echo never', { programs }), 'TERM').ended).toEqual([])
    expect(signalled(begun(['tini', '--', 'server'], memorySystem({ programs })), 'TERM')).toMatchObject({
      ended: [{ code: 0 }],
    })
  })

  test('a hook that only sleeps', () =>
    expect(finished(execed(sh('sleep 600'), 'sh', '-c', 'sleep 15'), 1)).toMatchObject({ now: 15 }))
})

describe('Applications', () => {
  // aks-store-ingress-quickstart.yaml
  test('an order service waits for its queue', () => {
    const network = fromTime(3, { ok: true }, { ok: false, why: 'refused' })
    expect(
      finished(sh('until nc -zv rabbitmq 5672; do echo waiting for rabbitmq; sleep 2; done;', { network }))
    ).toMatchObject({ said: ['waiting for rabbitmq', 'waiting for rabbitmq'], now: 4, ended: [{ code: 0 }] })
  })

  // online-boutique: sh -exc
  const frontend = `MAX_RETRIES=12
RETRY_INTERVAL=10
for i in $(seq 1 $MAX_RETRIES); do
  echo "Attempt $i: Pinging frontend: \${FRONTEND_ADDR}..."
  STATUSCODE=$(wget --server-response http://\${FRONTEND_ADDR} 2>&1 | awk '/^  HTTP/{print $2}')
  if [ $STATUSCODE -eq 200 ]; then
      echo "Frontend is reachable."
      exit 0
  fi
  echo "Error: Could not reach frontend - Status code: \${STATUSCODE}"
  sleep $RETRY_INTERVAL
done
echo "Failed to reach frontend after $MAX_RETRIES attempts."
exit 1`
  test.each([
    [1, 0, 0, 'Frontend is reachable.'],
    [3, 0, 20, 'Frontend is reachable.'],
    [99, 1, 120, 'Failed to reach frontend after 12 attempts.'],
  ])('a load generator whose frontend answers at the %d. time', (count, code, now, last) => {
    const network = fromTime(count, { ok: true, status: 200, body: '' }, { ok: false, why: 'refused' })
    const env = { PATH: '/bin', FRONTEND_ADDR: 'frontend:80' }
    const going = finished(begun(['/bin/sh', '-exc', frontend], memorySystem({ network }), { env }))
    expect([codeOf(going), going.now, going.said.at(-1)]).toEqual([code, now, last])
    expect(going.errors).toContain('+ MAX_RETRIES=12')
  })

  // kourier.yaml
  test('a gateway drains its listeners before it stops', () => {
    const asked: unknown[] = []
    const network = (call: unknown): NetworkAnswer => {
      asked.push(call)
      return { ok: true, status: 200 }
    }
    const going = sh(
      'curl -X POST http://localhost:9901/drain_listeners?graceful; sleep $DRAIN_TIME_SECONDS',
      { network },
      { DRAIN_TIME_SECONDS: '15' }
    )
    expect(asked).toMatchObject([
      { host: 'localhost', port: 9901, method: 'POST', path: '/drain_listeners?graceful' },
    ])
    expect(finished(going)).toMatchObject({ now: 15, ended: [{ code: 0 }] })
  })

  // unifi: an init container of Bash
  test('an init container sets owners and modes', () => {
    const script = `echo "[DEBUG] started as user $(id -u):$(id -g)."
ls -la /bitnami/mongodb || true
chown -R 1001:root /bitnami/mongodb || true
chmod -R 0777 /bitnami/mongodb || true
ls -la /bitnami/mongodb`
    const going = sh(script, { files: { '/bitnami/mongodb/db': 'x' } })
    expect(going.said[0]).toBe('[DEBUG] started as user 0:0.')
    expect(going.said.at(-1)).toMatch(/^-rwxrwxrwx +1 1001 +root +1 .* db$/)
    expect(codeOf(going)).toBe(0)
  })

  // local-path-storage.yaml: scripts of a ConfigMap
  test('a provisioner makes and removes a directory', () => {
    const scripts = {
      '/script/setup': '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
      '/script/teardown': '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
    }
    const env = { VOL_DIR: '/opt/data/pvc-1' }
    const going = begun(['/bin/sh', '/script/setup'], memorySystem({ files: scripts }), { env })
    expect(stat(going, '/opt/data/pvc-1')).toMatchObject({ stat: { type: 'directory', mode: 0o777 } })
    const after = begun(['/script/teardown'], going.system, { env })
    expect([codeOf(after), stat(after, '/opt/data/pvc-1')]).toEqual([0, { ok: false, errno: 'ENOENT' }])
    expect(begun(['/bin/sh', '/script/setup'], memorySystem({ files: scripts }), { env: {} })).toMatchObject({
      errors: ['sh: VOL_DIR: parameter not set'],
      ended: [{ code: 2 }],
    })
  })

  // zookeeper.yaml: a program of the image, one line that YAML folds
  test('a server of an image runs until it is signalled', () => {
    const programs = {
      'start-zookeeper': {
        is: 'server',
        listens: [2181, 2888, 3888],
        after: 4,
        signals: { TERM: { exits: 143 } },
      },
    } as const
    const going = sh('start-zookeeper \\\n --servers=3 --data_dir=/var/lib/zookeeper/data --log_level=INFO', {
      programs,
    })
    expect([going.listens, next(going)?.listens]).toEqual([[], [2181, 2888, 3888]])
    expect(signalled(until(going, 10), 'TERM')).toMatchObject({ listens: [], ended: [{ code: 143 }] })
  })

  // flannel and argo-cd: a file is copied without a shell
  test('a plugin is copied to the node', () => {
    const system = memorySystem({ files: { '/flannel': 'binary', '/opt/cni/bin/.keep': '' } })
    expect(
      text(begun(['cp', '-f', '/flannel', '/opt/cni/bin/flannel'], system), '/opt/cni/bin/flannel')
    ).toBe('binary')
    expect(codeOf(begun(['/bin/cp', '-n', '/flannel', '/opt'], system))).toBe(0)
  })

  // indexed-job.yaml: Bash's arrays
  test('each pod of an indexed job takes its own item', () => {
    const script = 'items=(foo bar baz qux xyz)\necho ${items[$JOB_COMPLETION_INDEX]} > /input/data.txt\n'
    const env = { JOB_COMPLETION_INDEX: '3' }
    const input = begun(['bash', '-c', script], memorySystem({ files: { '/input/.keep': '' } }), { env })
    expect(begun(['rev', '/input/data.txt'], input.system).said).toEqual(['xuq'])
  })

  // content/en/examples/application/mysql/mysql-statefulset.yaml
  test('a database of a StatefulSet is configured by its number', () => {
    const script = `set -ex
[[ $HOSTNAME =~ -([0-9]+)$ ]] || exit 1
ordinal=\${BASH_REMATCH[1]}
echo [mysqld] > /mnt/conf.d/server-id.cnf
echo server-id=$((100 + $ordinal)) >> /mnt/conf.d/server-id.cnf
if [[ $ordinal -eq 0 ]]; then
  cp /mnt/config-map/primary.cnf /mnt/conf.d/
else
  cp /mnt/config-map/replica.cnf /mnt/conf.d/
fi`
    const files = {
      '/mnt/config-map/primary.cnf': 'p', '/mnt/config-map/replica.cnf': 'r', '/mnt/conf.d/.keep': '',
    }
    const env = { HOSTNAME: 'mysql-2' }
    const going = begun(['bash', '-c', script], memorySystem({ files }), { env })
    expect([text(going, '/mnt/conf.d/server-id.cnf'), text(going, '/mnt/conf.d/replica.cnf'), codeOf(going)])
      .toEqual(['[mysqld]\nserver-id=102\n', 'r', 0])
  })

  test('what Bash adds is refused of another shell, with its place', () => {
    expect(begun(['sh', '-c', 'items=(foo bar)'], memorySystem())).toMatchObject({
      ended: [{ code: 2 }],
      refusals: [{ code: 'E_SHELL_SUBSET', message: 'an array is not understood', line: 1, column: 1 }],
    })
    expect(refusalOf(['/bin/sh', '-ec', 'echo a\nx=(b)']))
      .toMatchObject({ code: 'E_SHELL_SUBSET', line: 2, column: 1 })
    expect(refusalOf(['sh', '-c', 'if true'])).toMatchObject({ code: 'E_SHELL_SYNTAX' })
    const others = [['bash', '-c', 'x=(b)'], ['sh', '-c', 'echo'], ['sh', '/script'], ['x', '-c', 'if'], []]
    for (const argv of others) expect(refusalOf(argv)).toBeUndefined()
  })
})
