/** Puts changes of cells into a person's words; what only the machinery cares about is left untold. */
import { part } from '#kernel/cells'
import type { StoredObject } from '#machine/objects'
import type { Answer } from '#machine/request'
import type { Script } from '#models/client/script'
import { rulesKey, type Rules } from '#models/network/routes'
import type { Container, Restart, Sandbox } from '#models/node/cells'
import type { Narrator, Telling } from '#trace/explain'
import { endpointsOf, narrateObject } from './narrate-objects.js'

export const narrate: Narrator = ({ key, before, after }, step) => {
  switch (part(key, 0)) {
    case 'store': return narrateObject(part(key, 1), part(key, 2), before as StoredObject | undefined, after as StoredObject | undefined, step.process) // by prefix
    case 'sandbox': return narrateSandbox(part(key, 1), before as Sandbox | undefined, after as Sandbox | undefined) // by prefix
    case 'container': return narrateContainer(key, before as Container | undefined, after as Container | undefined) // by prefix
    case 'restarts': return narrateRestart(key, after as Restart | undefined) // by prefix
    case 'listener': return narrateListener(part(key, 1), before as Listener | undefined, after as Listener | undefined) // by prefix
    case 'rules': return narrateRules(part(key, 1), part(key, 2), before as Rules | undefined, after as Rules | undefined) // by prefix
    case 'response': return narrateRefusal(before as Answer | undefined) // by prefix
    case 'user': return narrateUser(before as Script | undefined, after as Script | undefined) // by prefix
    case 'cut': return { subject: part(key, 1), says: after === undefined ? 'can reach the control plane again' : 'is cut off from the control plane' }
    case 'down': return { subject: part(key, 1), says: after === undefined ? 'has power again' : 'loses power' }
    default: return undefined
  }
}

interface Listener { readonly ports: readonly number[] }

const podOf = (uid: string): string => uid.replace(/^Pod:/, 'Pod ').replace(/~\d+$/, '')

function narrateSandbox(node: string, before: Sandbox | undefined, after: Sandbox | undefined): Telling | undefined {
  const sandbox = after ?? before
  if (sandbox === undefined) return undefined
  const subject = `Pod ${sandbox.pod}`
  if (after === undefined) return { subject, says: 'its sandbox is removed', minor: true }
  if (before === undefined) return { subject, says: `gets a sandbox on ${node} with ${after.ips.join(', ') || 'the node’s network'}`, minor: true }
  return before.ready && !after.ready ? { subject, says: 'its sandbox stops', minor: true } : undefined
}

function narrateContainer(key: string, before: Container | undefined, after: Container | undefined): Telling | undefined {
  const about = podOf(part(key, 2))
  const subject = `container ${part(key, 3)} of ${about}`
  if (after === undefined) return undefined
  const isNew = before === undefined || before.attempt !== after.attempt
  if (isNew) return { subject, says: `starts${after.attempt > 0 ? ` (restart ${after.attempt})` : ''}`, about }
  if (before.state === 'running' && after.state === 'exited') {
    return { subject, says: `ends with exit code ${after.exitCode ?? 0}${after.reason === undefined ? '' : ` (${after.reason})`}`, about }
  }
  if (before.stopping !== true && after.stopping === true) return { subject, says: 'gets SIGTERM', about }
  return before.up !== true && after.up === true ? { subject, says: 'has come up', about, minor: true } : undefined
}

const restartCauses = {
  exit: undefined, // the exit itself was told
  oom: undefined,
  liveness: 'is to be restarted: its liveness probe failed',
  startup: 'is to be restarted: its startup probe failed',
} as const

function narrateRestart(key: string, after: Restart | undefined): Telling | undefined {
  const cause = after === undefined ? undefined : restartCauses[after.cause]
  const about = podOf(part(key, 1))
  return cause === undefined ? undefined
    : { subject: `container ${part(key, 2)} of ${about}`, says: cause, about, always: true }
}

function narrateListener(ip: string, before: Listener | undefined, after: Listener | undefined): Telling | undefined {
  const was = before?.ports ?? []
  const is = after?.ports ?? []
  const named = (ports: readonly number[]): string => ports.map((port) => `${ip}:${port}`).join(', ')
  const closed = was.filter((port) => !is.includes(port))
  const opened = is.filter((port) => !was.includes(port))
  if (closed.length > 0) return { subject: named(closed), says: 'accepts no more connections' }
  return opened.length > 0 ? { subject: named(opened), says: 'accepts connections', minor: true } : undefined
}

function narrateRules(node: string, service: string, before: Rules | undefined, after: Rules | undefined): Telling | undefined {
  const to = (rules: Rules | undefined): string | undefined => (rules === undefined ? undefined : targets(rules))
  const [was, is] = [to(before), to(after)]
  const about = rulesKey(node, service)
  const subject = `Service ${service}`
  if (is === undefined) return { subject, says: 'is forgotten', about }
  return { subject, says: `leads to ${is}`, about, ...(was === is || (was === undefined && is === nobody) ? { minor: true } : {}) }
}

const nobody = 'nobody'

const targets = ({ slices }: Rules): string => {
  const endpoints = slices.flatMap(endpointsOf)
  const ready = endpoints.filter(({ state }) => state === 'ready')
  const used = ready.length > 0 ? ready : endpoints.filter(({ state }) => state === 'terminating')
  return used.length === 0 ? nobody : used.map(({ name }) => name).join(', ')
}

/** What kubectl prints that a person would worry about. */
function narrateUser(before: Script | undefined, after: Script | undefined): Telling | undefined {
  const failures = (after?.failed ?? []).slice(before?.failed?.length ?? 0)
  return failures.length === 0 ? undefined
    : { subject: 'kubectl', says: `prints: ${failures.map(({ message }) => message).join('; ')}`, about: 'kubectl prints', always: true }
}

/** What the API server refuses, but for conflicts and what is simply not there (any more): these are answered by trying again. */
function narrateRefusal(answer: Answer | undefined): Telling | undefined {
  if (answer === undefined || answer.response.ok) return undefined
  const { verb, resource, subresource, key } = answer.request
  const { reason = '', message = '' } = answer.response.status
  if (['NotFound', 'Conflict', 'AlreadyExists'].includes(reason)) return undefined
  const subject = subresource === 'eviction' ? `eviction of Pod ${key}` : `${verb} ${resource} ${key}`
  return { subject, says: `is refused: ${message === '' ? reason : message}`, always: true }
}
