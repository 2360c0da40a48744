/**
 * Models: programs that fetch: `wget` (BusyBox's) and `curl`
 * Reads: nothing
 * Writes: nothing
 * Omits: everything of a response but its status and body; certificates; redirects are not followed
 */
import { ask, complain, file, network, print } from '../../processes/asks.js'
import { strerror } from '../../processes/errors.js'
import type { Asking, Utility } from '../../processes/requests.js'
import type { NetworkAnswer } from '../../processes/system.js'
import { options } from './options.js'

export interface Address {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly tls: boolean
}

export function addressOf(url: string): Address | undefined {
  const [, scheme = 'http', host, bracketed, port, path = ''] =
    /^(?:(https?):\/\/)?(?:[^@/]*@)?([^:/?#[\]]+|\[([^\]]+)\])(?::(\d+))?([/?][^#]*)?(?:#.*)?$/.exec(url) ??
    []
  if (host === undefined) return undefined
  const tls = scheme === 'https'
  return {
    host: bracketed ?? host,
    port: port === undefined ? (tls ? 443 : 80) : Number(port),
    path: path.startsWith('/') ? path : `/${path}`,
    tls,
  }
}

/** How long Linux tries to connect before it gives up (tcp_syn_retries 6). */
const connectSeconds = 127

/** Waits for the answer as long as it takes or the caller cares; nothing at all is `silent`. */
export function* patient(answer: NetworkAnswer, limit: number | undefined): Asking<NetworkAnswer> {
  const takes = answer.ok || answer.why !== 'silent' ? answer.after ?? 0 : limit ?? connectSeconds
  const waits = limit === undefined ? takes : Math.min(takes, limit)
  if (waits > 0) yield* ask({ ask: 'sleep', seconds: waits })
  return answer.ok && limit !== undefined && takes > limit ? { ok: false, why: 'silent' } : answer
}

interface Wanted {
  readonly method: string
  readonly headers: readonly string[]
  readonly body?: string
  readonly seconds?: number
}

export function* fetched(
  { host, port, path, tls }: Address,
  { method, headers, body, seconds }: Wanted
): Asking<NetworkAnswer> {
  const answer = yield* network({
    call: 'http', host, port, path, method, headers, ...(tls && { tls }), ...(body !== undefined && { body }),
  })
  return yield* patient(answer, seconds)
}

const wget: Utility = function* (args) {
  const given = yield* options('wget', args, 'qSO:T:t:Y:U:cP:', {
    quiet: 'q', spider: 's', header: 'h:', 'post-data': 'd:', 'no-check-certificate': 'n',
    'output-document': 'O', timeout: 'T', tries: 't', 'server-response': 'S',
  })
  const url = given?.rest[0]
  const address = url === undefined ? undefined : addressOf(url)
  if (!given || !address) {
    if (given) yield* complain(`wget: bad address '${url ?? ''}'`)
    return 1
  }
  const seconds = given.value('T')
  const body = given.value('d:')
  if (!given.has('q'))
    yield* complain(`Connecting to ${address.host}:${address.port} (${address.host}:${address.port})`)
  const answer = yield* fetched(address, {
    method: given.has('s') ? 'HEAD' : body === undefined ? 'GET' : 'POST', headers: given.all('h:'),
    ...(body !== undefined && { body }), ...(seconds !== undefined && { seconds: Number(seconds) }),
  })
  if (!answer.ok) {
    const { host } = address
    const sentences = {
      refused: `can't connect to remote host (${host}): Connection refused`,
      unreachable: `can't connect to remote host (${host}): Host is unreachable`,
      silent:
        seconds === undefined
          ? `can't connect to remote host (${host}): Connection timed out`
          : 'download timed out',
      'unknown host': `bad address '${host}'`,
      reset: 'error getting response: Connection reset by peer',
    }
    yield* complain(`wget: ${sentences[answer.why]}`)
    return 1
  }
  const { status = 200, reason = reasons[answer.status ?? 200] ?? 'Unknown' } = answer
  if (given.has('S')) yield* complain(`  HTTP/1.1 ${status} ${reason}`)
  if (status >= 400) {
    yield* complain(`wget: server returned error: HTTP/1.1 ${status} ${reason}`)
    return 1
  }
  if (given.has('s')) return 0
  const named = given.value('O')
  return yield* saved(
    'wget',
    named ?? (address.path.split('?')[0]?.split('/').at(-1) || 'index.html'),
    answer.body ?? '',
    named === undefined
  )
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK', 201: 'Created', 204: 'No Content', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden',
  404: 'Not Found', 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** A name that nobody gave is not written over. */
function* saved(name: string, path: string, data: string, isNew = false): Asking<number> {
  if (path === '-') {
    yield* print(data)
    return 0
  }
  if (path === '/dev/null') return 0
  const answer = yield* file({ call: 'write', path, data, ...(isNew && { how: 'exclusive' as const }) })
  if (!answer.ok) yield* complain(`${name}: can't open '${path}': ${strerror(answer.errno)}`)
  return answer.ok ? 0 : 1
}

const curlCodes = { refused: 7, unreachable: 7, silent: 28, 'unknown host': 6, reset: 56 } as const

const curl: Utility = function* (args) {
  const given = yield* options('curl', args, 'sSfkLvIiX:H:d:o:m:w:u:O', {
    silent: 's', fail: 'f', insecure: 'k', location: 'L', request: 'X', header: 'H', data: 'd', output: 'o',
    'max-time': 'm', 'connect-timeout': 'c:', 'write-out': 'w', head: 'I', 'show-error': 'S',
    'fail-with-body': 'f', retry: 'r:', 'retry-delay': 'R:', cacert: 'A:', cert: 'E:', key: 'K:',
    'retry-connrefused': 'C', user: 'u',
  })
  const url = given?.rest[0]
  const address = url === undefined ? undefined : addressOf(url)
  if (!given) return 2
  if (!address) {
    yield* complain(url === undefined ? 'curl: no URL specified!' : `curl: (3) URL rejected: ${url}`)
    return url === undefined ? 2 : 3
  }
  const limits = [given.value('m'), given.value('c:')].filter((limit) => limit !== undefined).map(Number)
  const body = given.value('d')
  const answer = yield* fetched(address, {
    method: given.value('X') ?? (given.has('I') ? 'HEAD' : body === undefined ? 'GET' : 'POST'),
    headers: given.all('H'),
    ...(body !== undefined && { body }),
    ...(limits.length > 0 && { seconds: Math.min(...limits) }),
  })
  const format = given.value('w') ?? ''
  const said = (status: number): string =>
    format.replaceAll('%{http_code}', String(status).padStart(3, '0')).replaceAll('\\n', '\n')
  if (!answer.ok) {
    yield* print(said(0))
    if (!given.has('s') || given.has('S'))
      yield* complain(`curl: (${curlCodes[answer.why]}) ${curlSentence(answer.why, address)}`)
    return curlCodes[answer.why]
  }
  const { status = 200 } = answer
  const isFailed = given.has('f') && status >= 400
  if (isFailed) {
    yield* print(said(status))
    if (!given.has('s') || given.has('S'))
      yield* complain(`curl: (22) The requested URL returned error: ${status}`)
    return 22
  }
  const heading =
    given.has('I') || given.has('i') ? `HTTP/1.1 ${status} ${reasons[status] ?? ''}\r\n\r\n` : ''
  const code = yield* saved(
    'curl',
    given.value('o') ?? '-',
    heading + (given.has('I') ? '' : (answer.body ?? ''))
  )
  yield* print(said(status))
  return code === 0 ? 0 : 23
}

const curlSentence = (why: keyof typeof curlCodes, { host, port }: Address): string =>
  ({
    refused: `Failed to connect to ${host} port ${port}: Connection refused`,
    unreachable: `Failed to connect to ${host} port ${port}: Host is unreachable`,
    silent: 'Connection timed out',
    'unknown host': `Could not resolve host: ${host}`,
    reset: 'Recv failure: Connection reset by peer',
  })[why]

export const web = { wget, curl } satisfies Readonly<Record<string, Utility>>
