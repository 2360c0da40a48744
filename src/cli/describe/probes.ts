/** A probe in one line. */
import type { Probe } from '#api/types'

/** As Go writes the path of a URL. */
const pathOf = (path: string): string =>
  encodeURI(path).replace(/[?#!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** JoinHostPort: an IPv6 address stands in brackets. */
const hostPort = (host: string, port: number | string): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

function url({ scheme = 'HTTP', host = '', port, path = '' }: NonNullable<Probe['httpGet']>): string {
  const place = pathOf(path)
  const slash = place === '' || place.startsWith('/') ? '' : '/'
  return `${scheme.toLowerCase()}://${hostPort(host, port)}${slash}${place}`
}

/** DescribeProbe. */
export function probeText(probe: Probe): string {
  const { initialDelaySeconds = 0, timeoutSeconds, periodSeconds, successThreshold, failureThreshold } = probe
  const attributes =
    `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s `
    + `#success=${successThreshold} #failure=${failureThreshold}`
  const { exec, httpGet, tcpSocket, grpc } = probe
  if (exec !== undefined) return `exec [${(exec.command ?? []).join(' ')}] ${attributes}`
  if (httpGet !== undefined) return `http-get ${url(httpGet)} ${attributes}`
  if (tcpSocket !== undefined) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${attributes}`
  return grpc === undefined
    ? `unknown ${attributes}`
    : `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${attributes}`
}
