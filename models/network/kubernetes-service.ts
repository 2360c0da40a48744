/**
 * Models: pkg/controlplane/controller/kubernetesservice: the Service by which pods reach the API server, and what they are
 *   answered there (apiserver/pkg/endpoints/request/requestinfo.go, apiserver/pkg/server/healthz)
 * Reads: cut, and what the API server reads
 * Writes: nothing
 * Omits: the Service as a stored object with its slices and rules; watches, discovery, /metrics, tables; writes, which are
 *   judged by RBAC and, where they are allowed, refused all the same (501): commands change nothing in the API
 */
import type { Service, Status } from '#api/types'
import { unauthorized } from '#api/status'
import { allKinds } from '#api/manifests/kinds'
import type { Cells } from '#kernel/cells'
import type { ApiRequest, Verb } from '#machine/request'
import type { Token } from '#machine/token'
import type { NetworkAnswer, NetworkCall } from '../container/processes/system.js'
import { handle } from '../control-plane/api-server.js'
import { accessRefusal } from '../control-plane/tokens/access.js'
import { tokenOf } from '../control-plane/tokens/token-text.js'

/** The first address of the range of Services. */
export const kubernetesService: Service = {
  apiVersion: 'v1', kind: 'Service', metadata: { name: 'kubernetes', namespace: 'default', uid: '' },
  spec: { type: 'ClusterIP', clusterIP: '10.96.0.1', ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }], sessionAffinity: 'None' },
  status: { loadBalancer: {} },
}

type HttpCall = Extract<NetworkCall, { readonly call: 'http' }>

interface Target extends Pick<ApiRequest, 'resource' | 'subresource' | 'key'> {
  readonly group: string
  readonly hasName: boolean
}

// The first of a name counts.
const resources = new Map([...allKinds()].reverse().map((kind) => [`${kind.group} ${kind.resource}`, kind]))

/** `/apis/apps/v1/namespaces/shop/deployments/web`; `undefined` where no resource of these kinds is meant. */
function targetOf(path: string): Target | undefined {
  const [, prefix, ...rest] = path.replace(/\?.*$/, '').replace(/\/$/, '').split('/')
  if (prefix !== 'api' && prefix !== 'apis') return undefined
  const [group, [, ...names]] = prefix === 'api' ? ['', rest] : [rest[0] ?? '', rest.slice(1)]
  const isWithin = names[0] === 'namespaces' && names.length > 2
  const [resource = '', name, subresource] = isWithin ? names.slice(2) : names
  if (!resources.has(`${group} ${resource}`)) return undefined
  const namespace = isWithin ? names[1] ?? '' : ''
  const key = name === undefined ? namespace : namespace === '' ? name : `${namespace}/${name}`
  return { group, resource, key, hasName: name !== undefined, ...(subresource === undefined ? {} : { subresource }) }
}

const verbs: Readonly<Record<string, readonly [one: Verb, all: Verb]>> = {
  GET: ['get', 'list'], HEAD: ['get', 'list'], POST: ['create', 'create'], PUT: ['update', 'update'], PATCH: ['patch', 'patch'],
  DELETE: ['delete', 'deletecollection'],
}

const json = (status: number, value: unknown): NetworkAnswer => ({ ok: true, status, body: `${JSON.stringify(value, null, 2)}\n` })

const refusal = (status: Status): NetworkAnswer => json(status.code ?? 500, status)

/** What the header says; `undefined` where it is no token that the API server made. */
function shown(headers: readonly string[]): Token | 'none' | undefined {
  const header = headers.find((one) => /^authorization:/i.test(one))
  if (header === undefined) return 'none'
  const [, text = ''] = /^authorization:\s*bearer\s+(.*)$/i.exec(header) ?? []
  return tokenOf(text)
}

const unimplemented: Status = {
  kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 501,
  message: 'Orrery does not carry out what commands write into the API',
}

function answer(cells: Cells, target: Target, method: string, token: Token | 'none'): NetworkAnswer {
  const { group, hasName, ...of } = target
  const verb = (verbs[method] ?? verbs['GET']!)[hasName ? 0 : 1]
  const request: ApiRequest = { verb, ...of, token }
  if (verb !== 'get' && verb !== 'list') {
    const isNamespaced = resources.get(`${group} ${of.resource}`)?.isNamespaced === true
    return refusal(accessRefusal(cells, request, token, isNamespaced) ?? unimplemented)
  }
  const response = handle(cells, request)
  if (!response.ok) return refusal(response.status)
  if (verb === 'get') return json(200, response.object)
  const { apiVersion = 'v1', kind = '' } = resources.get(`${group} ${of.resource}`) ?? {}
  return json(200, { kind: `${kind}List`, apiVersion, metadata: {}, ...response.object as object }) // a list has items
}

/** What the API server answers a process of a pod. */
export function apiAnswer(cells: Cells, { tls, method, path, headers }: HttpCall): NetworkAnswer {
  if (tls !== true) return { ok: true, status: 400, body: 'Client sent an HTTP request to an HTTPS server.\n' }
  const token = shown(headers)
  if (token === undefined) return refusal(unauthorized('Unauthorized'))
  if (/^\/(livez|readyz|healthz)/.test(path)) return { ok: true, status: 200, body: 'ok' }
  if (path === '/version') return json(200, { major: '1', minor: '36', gitVersion: 'v1.36.0' })
  const target = targetOf(path)
  return target === undefined ? { ok: true, status: 404, body: '404 page not found\n' } : answer(cells, target, method, token)
}
