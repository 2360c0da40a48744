/**
 * Models: pkg/probe/http/http.go (DoHTTPProbe, RedirectChecker without non-local redirects), as prober.go uses it
 * Reads: nothing (it is handed what answers)
 * Writes: nothing
 * Omits: headers; a body that is too long; the time that an answer takes
 */
import type { Page } from './serving.js'

/** A GET, on whatever port of the address that is probed; nothing where the connection is refused. */
export type Get = (port: number, path: string) => Page | undefined

export interface ProbeResult {
  readonly result: 'success' | 'warning' | 'failure'
  /** Upstream's own words; the body where it has succeeded. */
  readonly output: string
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Redirects that are followed before the client gives up. */
const mostRedirects = 10

const portIn = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port))

/** The page at the end of all redirects to the same host, or why there is none. */
function fetched(given: string, get: Get): Page | string {
  const url = new URL(given)
  let [at, text] = [url, given]
  for (let followed = 0; ; followed++) {
    const page = get(portIn(at), `${at.pathname}${at.search}`)
    const about = `Get "${text}": `
    if (page === undefined) return `${about}dial tcp ${at.hostname}:${portIn(at)}: connect: connection refused`
    // What is known of servers, they say in plain HTTP.
    if (at.protocol === 'https:') return `${about}http: server gave HTTP response to HTTPS client`
    if (!redirects.has(page.code) || page.location === undefined || !URL.canParse(page.location, at.href)) return page
    const next = new URL(page.location, at)
    if (next.hostname !== url.hostname) return page
    if (followed + 1 >= mostRedirects) return `Get "${page.location}": stopped after ${mostRedirects} redirects`
    at = next
    text = next.href
  }
}

/** What a probe of `url` comes to. */
export function doHTTPProbe(url: string, get: Get): ProbeResult {
  const page = fetched(url, get)
  if (typeof page === 'string') return { result: 'failure', output: page }
  const { code, body } = page
  if (code < 200 || code >= 400) return { result: 'failure', output: `HTTP probe failed with statuscode: ${code}` }
  return code >= 300 ? { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` }
    : { result: 'success', output: body }
}
