/** Servers of known images answer HTTP probes by port, path and time. */
import { describe, expect, test } from 'vitest'
import type { Container, Probe } from '#api/types'
import { ownImagesKey } from '#models/node/known-images'
import { doHTTPProbe, type Get } from '#models/node/http-probe'
import type { Page } from '#models/node/serving'
import type { Bench } from '../../support/drive.js'
import { conditionOf, createPod, node, oneNode, podIn, probe, settleFor, type PodOptions } from '../../support/node.js'
import { containerKey } from '#models/node/cells'
import { outputKey } from '#models/node/process-cells'

const page = (code: number, body = ''): Page => ({ code, body })

describe('an HTTP probe', () => {
  // pkg/probe/http/http_test.go, TestHTTPProbeChecker.
  const redirecting = (code: number, then: Page) => (_: number, path: string): Page =>
    (path === '/' ? { ...page(code), location: '/new' } : then)
  const rows: readonly (readonly [what: string, get: Get, result: string, output: string])[] = [
    ['200', () => page(200, 'ok body'), 'success', 'ok body'],
    ['-1', () => page(-1, 'fail body'), 'failure', 'statuscode: -1'],
    ['500', () => page(500, 'fail body'), 'failure', 'HTTP probe failed with statuscode: 500'],
    ...[301, 302, 307, 308].flatMap((code) => [
      [`${code} to a page that is fine`, redirecting(code, page(200)), 'success', ''] as const,
      [`${code} to a page that is not`, redirecting(code, page(500)), 'failure', 'statuscode: 500'] as const,
    ]),
    ['308 to 308 without a place', redirecting(308, page(308)), 'warning', 'Probe terminated redirects, Response body: '],
    ['308 to 308 with a body', redirecting(308, page(308, 'ok body')), 'warning', 'Probe terminated redirects, Response body: ok body'],
  ]
  test.each(rows)('that is answered %s', (_, get, result, output) => {
    expect(doHTTPProbe('http://10.244.0.2:8080/', get)).toEqual({ result, output: expect.stringContaining(output) as string })
  })

  // TestHTTPProbeChecker_NonLocalRedirects, without those that are followed to other hosts.
  test.each([
    ['local success', '/success', 'success'],
    ['local fail', '/fail', 'failure'],
    ['newport success', 'http://10.244.0.2:9090/success', 'success'],
    ['newport fail', 'http://10.244.0.2:9090/fail', 'failure'],
    ['bogus nonlocal', 'http://0.0.0.0/fail', 'warning'],
    ['redirect loop', '/loop', 'failure'],
  ])('%s', (_, location, result) => {
    const get = (_port: number, path: string): Page => {
      if (path === '/redirect') return { ...page(302), location }
      return path === '/loop' ? { ...page(302), location: '/loop' } : page(path === '/success' ? 200 : 500)
    }
    expect(doHTTPProbe('http://10.244.0.2:8080/redirect', get).result).toBe(result)
  })
  test('of a server that knows no TLS fails', () =>
    expect(doHTTPProbe('https://10.244.0.2:80/', () => page(200))).toEqual(
      { result: 'failure', output: 'Get "https://10.244.0.2:80/": http: server gave HTTP response to HTTPS client' }))
  test('follows ten redirects and no more', () =>
    expect(doHTTPProbe('http://10.244.0.2:80/', () => ({ ...page(302), location: '/loop' })).output)
      .toBe('Get "/loop": stopped after 10 redirects'))
  test('fails where a redirect leads to a port that refuses', () =>
    expect(doHTTPProbe('http://10.0.0.2:80/', (port) => (port === 80 ? { ...page(302), location: '//10.0.0.2:81/' } : undefined)).output)
      .toBe('Get "http://10.0.0.2:81/": dial tcp 10.0.0.2:81: connect: connection refused'))
})

const get = (port: number, path: string, more: Partial<Probe> = {}): Probe =>
  probe({ httpGet: { port, path, scheme: 'HTTP' }, periodSeconds: 3, ...more })

function started(one: Partial<Container>, seconds: number, options: Partial<PodOptions> = {}, prepare: (bench: Bench) => void = () => {}): Bench {
  const bench = oneNode()
  prepare(bench)
  createPod(bench, { ...options, containers: [{ ports: [], ...one }] })
  settleFor(bench, seconds)
  return bench
}

const ready = (bench: Bench): string | undefined => conditionOf(podIn(bench), 'Ready')
const restarts = (bench: Bench): number | undefined => podIn(bench)?.status.containerStatuses?.[0]?.restartCount

describe('pods/probe/http-liveness.yaml', () => {
  const liveness: Partial<Container> = {
    name: 'app', image: 'registry.k8s.io/e2e-test-images/agnhost:2.40', args: ['liveness'],
    livenessProbe: get(8080, '/healthz', { initialDelaySeconds: 3 }),
  }
  test('is alive for ten seconds, and is restarted after the third probe that fails', () => {
    const bench = started(liveness, 19)
    expect(restarts(bench)).toBe(0)
    settleFor(bench, 4)
    expect(restarts(bench)).toBe(1)
  })
  test('and so on, again and again', () => {
    const bench = started(liveness, 120)
    expect(restarts(bench)).toBeGreaterThanOrEqual(3)
  })
  test('leaves nothing of that behind in a container that has ended', () => {
    const bench = started({ ...liveness, livenessProbe: get(8080, '/healthz', { failureThreshold: 2 }) }, 12)
    const app = () => bench.world.read(containerKey(node, 'Pod:default/web', 'app'))
    expect(app()).toMatchObject({ attempt: 0, since: 10 })
    settleFor(bench, 8)
    expect(app()).toMatchObject({ attempt: 1 })
    expect(app()).not.toHaveProperty('since')
  })
  test('is restarted as well where a command asks it', () => {
    const exec = { command: ['wget', '-q', '--spider', 'http://localhost:8080/healthz'] }
    const bench = started({ ...liveness, livenessProbe: { ...get(8080, '/', { initialDelaySeconds: 3 }), httpGet: undefined, exec } as never }, 9)
    expect(restarts(bench)).toBe(0)
    settleFor(bench, 14)
    expect(restarts(bench)).toBe(1)
  })
  test('is not ready any more where it is asked whether it is', () => {
    const bench = started({ image: 'registry.k8s.io/e2e-test-images/agnhost', args: ['liveness'], readinessProbe: get(8080, '/healthz') }, 8)
    expect(ready(bench)).toBe('True')
    settleFor(bench, 20)
    expect([ready(bench), restarts(bench)]).toEqual(['False', 0])
  })
})

describe('nginx', () => {
  const nginx: Partial<Container> = { image: 'nginx:1.27', ports: [{ containerPort: 80, protocol: 'TCP' }] }
  test('has a first page', () => expect(ready(started({ ...nginx, readinessProbe: get(80, '/') }, 20))).toBe('True'))
  test('and no page of any other name', () => {
    expect(ready(started({ ...nginx, readinessProbe: get(80, '/healthz') }, 60))).toBe('False')
    expect(restarts(started({ ...nginx, livenessProbe: get(80, '/healthz') }, 30))).toBeGreaterThan(0)
  })
  test('speaks no TLS by itself', () =>
    expect(ready(started({ ...nginx, readinessProbe: get(80, '/', { httpGet: { port: 80, path: '/', scheme: 'HTTPS' } }) }, 30))).toBe('False'))
  test('may have other pages where something is mounted', () =>
    expect(ready(started(
      { ...nginx, readinessProbe: get(80, '/healthz'), volumeMounts: [{ name: 'pages', mountPath: '/usr/share/nginx/html' }] }, 30,
      { spec: { volumes: [{ name: 'pages', emptyDir: {} }] } },
    ))).toBe('True'))
  test('does what a profile says where there is one', () =>
    expect(ready(started({ ...nginx, readinessProbe: get(80, '/healthz') }, 30, { profile: { startSeconds: 2 } }))).toBe('True'))
  test('that a shell does not start is no server', () =>
    expect(restarts(started({ ...nginx, command: ['sleep', '600'], livenessProbe: get(80, '/healthz') }, 10))).toBe(0))
})

test('what an image of the user answers while it warms up is waited for', () => {
  const bench = started({ image: 'shop/orders:v1', readinessProbe: get(8080, '/ready') }, 19, {}, ({ world }) =>
    world.perform((cells) => cells.write(ownImagesKey, { 'docker.io/shop/orders': { runs: [{
      command: [], listens: [{ port: 8080 }],
      http: [{ port: 8080, path: '/ready', code: 503, untilSeconds: 20 }, { port: 8080, path: '/ready' }],
    }], cmd: ['orders'] } })))
  expect(ready(bench)).toBe('False')
  settleFor(bench, 6)
  expect(ready(bench)).toBe('True')
  expect(bench.world.nextDeadline).toBeUndefined()
})

describe('a client in a pod', () => {
  const agnhost: Partial<Container> = { name: 'server', image: 'registry.k8s.io/e2e-test-images/agnhost:2.40', args: ['liveness'], ports: [{ containerPort: 8080, protocol: 'TCP' }] }
  const client = (...script: readonly string[]): Partial<Container> =>
    ({ name: 'client', image: 'busybox:1.36', ports: [], command: ['sh', '-c', script.join('; ')] })
  const said = (one: Partial<Container>, ...script: readonly string[]): readonly string[] | undefined => {
    const bench = oneNode()
    createPod(bench, { containers: [one, client(...script, 'sleep 600')] })
    settleFor(bench, 20)
    return bench.world.read(outputKey(node, 'Pod:default/web', 'client'))?.lines.map(({ text }) => text)
  }
  test('is answered what the server says, with its time', () => {
    expect(said(agnhost, 'sleep 3', 'wget -qO- http://localhost:8080/healthz', 'echo')).toEqual(['ok'])
    expect(said(agnhost, 'sleep 12', 'wget -qO- http://localhost:8080/healthz'))
      .toEqual(['wget: server returned error: HTTP/1.1 500 Internal Server Error'])
  })
  const nginx: Partial<Container> = { name: 'server', image: 'nginx', ports: [{ containerPort: 80, protocol: 'TCP' }] }
  test('finds the page that is there, and not the one that is not', () => {
    expect(said(nginx, 'sleep 3', 'wget -q --spider http://localhost/ && echo there')).toEqual(['there'])
    expect(said(nginx, 'sleep 3', 'wget -qO- http://localhost/nothing')).toEqual(['wget: server returned error: HTTP/1.1 404 Not Found'])
    expect(said(nginx, 'sleep 3', 'curl -s -o /dev/null -w "%{http_code}" http://localhost/nothing', 'echo')).toEqual(['404'])
  })
  test('is answered 200 by what nobody knows', () =>
    expect(said({ ...nginx, image: 'shop/web' }, 'sleep 3', 'wget -q --spider http://localhost/any && echo there')).toEqual(['there']))
})
