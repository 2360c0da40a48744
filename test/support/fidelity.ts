/** docs/fidelity.md: what is modelled after what, and what is left out; the short hand-written part first. */
import { defaultMaxLag } from '#checker/system'
import type { ModelHeader } from './model-headers.js'

const rooms: readonly (readonly [room: string, title: string])[] = [
  ['control-plane', 'Control plane'],
  ['client', 'Clients of the API server'],
  ['workloads', 'Workloads'],
  ['scheduling', 'Scheduling'],
  ['node', 'Nodes: kubelet and container runtime'],
  ['network', 'Network'],
  ['node-lifecycle', 'Node lifecycle'],
  ['lifecycles', 'Lifecycles (judges)'],
  ['extensions', 'Controllers of your own'],
  ['faults', 'Faults'],
]

const seconds = (ms: number): string => `${ms / 1000} s`

const lags = Object.entries(defaultMaxLag).map(([channel, ms]) => `${channel} ${seconds(ms)}`).join(', ')

const intro = `# Fidelity

How close the models are to Kubernetes v1.36, and what they leave out. The tables are made from the headers of the model
files by \`npm run docs\`, and a test keeps them true: change the header, not this page.

## Differences that are everywhere

**Versions are values.** No object carries a \`resourceVersion\`. An update conflicts when the copy that the caller decided
on differs from what is stored. The one difference is **A-B-A**: where an object was changed and changed back between a
caller's read and its write, Kubernetes answers 409 Conflict and Orrery lets the write through. It writes what the caller
would have written after it had read again. Positions in the watch history are explained in
[ADR 4](adr/0004-resource-versions.md).

**Names and uids are symbols.** What the API server would draw at random follows from the owner and a slot: \`web#1\` is the
ReplicaSet of the first template of Deployment \`web\`, \`web#1-0\` its first pod; a uid is \`Kind:namespace/name\`, with \`~1\`
where the name is used for the second time. Nothing depends on the random part of a name, and unrelated events do not change
each other's names. Pod addresses come from the node's range in order, and are handed out again only when they are free.

**No clock in the models.** They ask whether a time has passed (one pending deadline), never how late it is; timestamps in
objects are marks. Where upstream compares ages (the order in which pods are deleted, backoff by age), the comparison is of
ranks or of deadlines.

**Work that would change nothing is left out.** Lease renewals, resyncs, status posts without news and probes that would
answer as before are not armed until what they watch changes. So Steps are fewer than upstream's goroutines do, and the end
of an order is a World in which nothing happens.

**One API call is one Step.** Between two calls of a controller anything else may happen, a crash included. Within a Step
nothing comes between: what upstream does in one process under one lock is one Step here as well.

**Events (core/v1) are not written**, since no model reads them: \`orrery describe\` derives them from what happened.

## Orders of events

**Prompt by default.** On the prompt schedule everything that is enabled happens before the clock moves, in a fixed, fair
order: watch caches, then watches, API calls, timers and the container runtime, workers, clients, the user. A command of the
user waits until things have settled, or for twenty minutes. A search departs from that order on a budget of delays and
faults, and says how much.

**A delay ends within a limit** (\`--max-lag\`), by kind of channel: ${lags}. Those of watches and
API calls are the propagation and call latencies that upstream's scalability objectives allow under load; later than that is
a fault. What only shows beyond these limits and budgets is not found: "no violation found" speaks of the orders that were
tried.

**Containers behave well unless told otherwise.** An image starts within a second, answers its probes from then on, closes
its listener and ends as soon as it hears SIGTERM. A profile says otherwise ([profiles](profiles.md)); commands are not
interpreted.
`

const cell = (text: string): string => text.replace(/\|/g, '\\|')

const row = ({ file, models, reads, writes, omits }: ModelHeader): string =>
  `| [${file.slice(file.indexOf('/') + 1).replace(/\.ts$/, '')}](../models/${file}) | ${[models, reads, writes, omits].map(cell).join(' | ')} |`

/** Rooms that the list above does not name come last, by name. */
function sections(headers: readonly ModelHeader[]): readonly (readonly [string, string])[] {
  const named = new Set(rooms.map(([room]) => room))
  const others = new Set(headers.map(({ file }) => file.slice(0, file.indexOf('/'))).filter((room) => !named.has(room)))
  return [...rooms, ...[...others].sort().map((room) => [room, room] as const)]
}

export function fidelity(headers: readonly ModelHeader[]): string {
  const tables = sections(headers).flatMap(([room, title]) => {
    const own = headers.filter(({ file }) => file.startsWith(`${room}/`))
    if (own.length === 0) return []
    return [`## ${title}\n\n| file | models | reads | writes | omits |\n| --- | --- | --- | --- | --- |\n${own.map(row).join('\n')}\n`]
  })
  return `${intro}\n${tables.join('\n')}`
}
