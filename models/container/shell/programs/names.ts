/**
 * Models: programs that try the network: `nslookup host getent nc ping`
 * Reads: nothing
 * Writes: nothing
 * Omits: what is sent over a connection of `nc`; record types but addresses; round-trip times
 */
import { ask, complain, network, print } from '../../processes/asks.js'
import type { Utility } from '../../processes/requests.js'
import { options } from './options.js'
import { patient } from './web.js'

/** A resolver asks twice, five seconds each (resolv.conf: timeout, attempts). */
const resolverSeconds = 10

const nslookup: Utility = function* (args) {
  const [host] = args.filter((arg) => !arg.startsWith('-'))
  if (host === undefined) return 1
  const answer = yield* patient(yield* network({ call: 'resolve', host }), resolverSeconds)
  if (answer.ok) {
    yield* print(`Server:\t\t${answer.reason ?? 'cluster-dns'}\n\n`)
    for (const address of answer.addresses ?? []) yield* print(`Name:\t${host}\nAddress: ${address}\n`)
    return 0
  }
  if (answer.why === 'unknown host') yield* print(`** server can't find ${host}: NXDOMAIN\n`)
  else yield* complain(';; connection timed out; no servers could be reached')
  return 1
}

const getent: Utility = function* ([table, host = '']) {
  if (!['hosts', 'ahosts', 'ahostsv4'].includes(table ?? '')) {
    yield* ask({ ask: 'refuse', message: `getent ${table ?? ''}: only hosts are understood` })
    return 1
  }
  const answer = yield* patient(yield* network({ call: 'resolve', host }), resolverSeconds)
  if (!answer.ok) return 2
  yield* print((answer.addresses ?? []).map((address) => `${address.padEnd(15)} ${host}\n`).join(''))
  return 0
}

/** `nc -z host port` asks whether somebody listens; with `-l` it listens itself. */
const nc: Utility = function* (args) {
  const given = yield* options('nc', args, 'zvlnukw:p:i:e:q:')
  if (!given) return 1
  if (given.has('l')) {
    const port = Number(given.value('p') ?? given.rest.at(-1) ?? 0)
    yield* ask({ ask: 'listen', ports: [port] })
    yield* ask({ ask: 'sleep' })
    return 0
  }
  const [host, text] = given.rest
  const port = Number(text)
  if (host === undefined || !Number.isInteger(port)) {
    yield* complain('nc: missing host or port')
    return 1
  }
  const limit = given.value('w')
  const asked = yield* network({ call: 'connect', host, port, ...(given.has('u') && { udp: true as const }) })
  const answer = yield* patient(asked, limit === undefined ? undefined : Number(limit))
  if (answer.ok) {
    if (given.has('v')) yield* complain(`${host} (${answer.addresses?.[0] ?? host}:${port}) open`)
    return 0
  }
  const sentences = {
    refused: 'Connection refused',
    silent: 'Connection timed out',
    unreachable: 'Host is unreachable',
    reset: 'Connection reset by peer',
    'unknown host': `bad address '${host}'`,
  }
  if (given.has('v') || answer.why === 'unknown host' || !given.has('z')) {
    yield* complain(
      answer.why === 'unknown host'
        ? `nc: ${sentences[answer.why]}`
        : `nc: ${host} (${host}:${port}): ${sentences[answer.why]}`
    )
  }
  return 1
}

export const names = { nslookup, host: nslookup, getent, nc, ncat: nc, netcat: nc } satisfies Readonly<
  Record<string, Utility>
>
