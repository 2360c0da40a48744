/** A pod's processes have a token of their ServiceAccount, and are answered by the API server as RBAC allows. */
import { describe, expect, test } from 'vitest'
import type { PodSpec } from '#api/types'
import { chartKey } from '#machine/chart'
import { handle } from '#models/control-plane/api-server'
import { textOf, tokenOf } from '#models/control-plane/tokens/token-text'
import { heldTokensKey } from '#models/node/pod-tokens'
import { outputKey } from '#models/node/process-cells'
import { create, type Bench } from '../../support/drive.js'
import { createPod, deletePod, kubelet, node, oneNode, podIn, restartKubelet, settleFor } from '../../support/node.js'

const uid = 'Pod:default/web'
const tokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token'
const account = (name: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'default', uid: '' } })

const asks = (path: string, more = '-H "Authorization: Bearer $(cat $TOKEN)"'): string =>
  `curl -s -k ${more} https://kubernetes.default.svc${path}`

function running(script: string, { spec = {}, prepare = () => {} }: { spec?: Partial<PodSpec>; prepare?: (bench: Bench) => void } = {}): Bench {
  const bench = oneNode()
  create(bench.world, 'serviceaccounts', account('reader'))
  create(bench.world, 'configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: 'default', uid: '' }, data: { 'ca.crt': 'CA' } })
  prepare(bench)
  createPod(bench, {
    spec: { serviceAccountName: 'reader', ...spec },
    containers: [{ name: 'app', image: 'curlimages/curl:8.9.1', ports: [], env: [{ name: 'TOKEN', value: tokenFile }], command: ['sh', '-c', `while true; do ${script}; sleep 10; done`],
    }],
  })
  settleFor(bench, 8)
  return bench
}

/** As admission adds it. */
const injected: Partial<PodSpec> = { volumes: [{ name: 'kube-api-access-0', projected: { defaultMode: 0o644, sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3607 } }] } }] }
const says = ({ world }: Bench): string => (world.read(outputKey(node, uid, 'app'))?.lines ?? []).map(({ text }) => text).join('\n')

const allow = (bench: Bench): void => {
  const metadata = (name: string) => ({ name, namespace: 'default', uid: '' })
  create(bench.world, 'roles', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: metadata('pods'), rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }] })
  create(bench.world, 'rolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: metadata('pods'),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pods' }, subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'default' }],
  })
}

describe('a pod that runs an API client', () => {
  test('may list what its ServiceAccount is bound to', () => {
    const bench = running(asks('/api/v1/namespaces/default/pods'), { prepare: allow })
    expect(says(bench)).toContain('"kind": "PodList"')
    expect(says(bench)).toContain('"name": "web"')
  })
  test('is refused what it is not, in upstream\'s words', () => {
    const bench = running(asks('/api/v1/namespaces/default/pods'))
    expect(says(bench)).toContain('pods is forbidden: User \\"system:serviceaccount:default:reader\\" cannot list resource \\"pods\\" '
      + 'in API group \\"\\" in the namespace \\"default\\"')
  })
  test('is nobody without its token', () => {
    const bench = running(asks('/api/v1/namespaces/default/pods', ''))
    expect(says(bench)).toContain('User \\"system:anonymous\\" cannot list resource')
  })
  test('is not heard with a token that nobody made', () => {
    const bench = running(asks('/api/v1/namespaces/default/pods', '-H "Authorization: Bearer made-up" -o /dev/null -w "%{http_code}\\n"'))
    expect(says(bench)).toBe('401')
  })
  test('is not heard any more where its ServiceAccount is gone', () => {
    const bench = running(asks('/api/v1/namespaces/default/pods', '-H "Authorization: Bearer $(cat $TOKEN)" -o /dev/null -w "%{http_code}\\n"'), { prepare: allow })
    expect(says(bench)).toBe('200')
    bench.world.perform((cells) => void handle(cells, { verb: 'delete', resource: 'serviceaccounts', key: 'default/reader', body: {} }))
    settleFor(bench, 12)
    expect(says(bench)).toBe('401')
  })
  test('finds the API server by its variables as well', () => {
    const bench = running('curl -s -k https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT/version -o /dev/null -w "%{http_code}\\n"')
    expect(says(bench)).toBe('200')
  })
})

describe('the kubelet', () => {
  test('waits for the token before it starts the pod, and asks again after half a second, then after twice as long', () => {
    const bench = oneNode()
    create(bench.world, 'serviceaccounts', account('reader'))
    createPod(bench, { spec: { serviceAccountName: 'reader', ...injected }, containers: [{ name: 'app', image: 'busybox', ports: [], command: ['sleep', '1000'] }] })
    bench.world.perform((cells) => void handle(cells, { verb: 'delete', resource: 'serviceaccounts', key: 'default/reader', body: {} }))
    settleFor(bench, 5)
    expect(podIn(bench)?.status.phase).toBe('Pending')
    create(bench.world, 'serviceaccounts', account('reader'))
    settleFor(bench, 8)
    expect(podIn(bench)?.status.phase).toBe('Running')
  })
  test('forgets a token with its pod', () => {
    const bench = running('true')
    expect(Object.keys(bench.world.read(heldTokensKey(kubelet)) ?? {})).toEqual([`${uid}  3607`])
    deletePod(bench)
    settleFor(bench, 60)
    expect(podIn(bench)).toBeUndefined()
    expect(bench.world.read(heldTokensKey(kubelet))).toBeUndefined()
    expect(bench.world.read(chartKey(kubelet, 'token:default/web/ 3607'))).toBeUndefined()
  })
  test('that was restarted asks for it again', () => {
    const bench = running('true')
    restartKubelet(bench)
    expect(bench.world.read(heldTokensKey(kubelet))).toBeUndefined()
    settleFor(bench, 3)
    expect(bench.world.read(heldTokensKey(kubelet))).toBeDefined()
  })
  test('asks for no token of a pod that nobody looks into', () => {
    const bench = oneNode()
    create(bench.world, 'serviceaccounts', account('reader'))
    createPod(bench, { spec: { serviceAccountName: 'reader', ...injected } })
    settleFor(bench, 5)
    expect(podIn(bench)?.status.phase).toBe('Running')
    expect(bench.world.read(heldTokensKey(kubelet))).toBeUndefined()
  })
})

describe('the text of a token', () => {
  const token = { namespace: 'shop', serviceAccount: { name: 'reader', uid: 'a' }, audiences: ['vault'], pod: { name: 'web', uid: 'b' } }
  test('says what the token is', () => expect(tokenOf(textOf(token))).toEqual(token))
  test('looks like one', () => expect(textOf(token)).toMatch(/^eyJ[\w-]+\.eyJ[\w-]+\.signature$/))
  test.each(['', 'made-up', 'a.b.signature', `${textOf(token)}x`])('of nothing is none: %s', (text) => expect(tokenOf(text)).toBeUndefined())
})
