// The reference rollout as one XState machine: everything in the context, each action an event with a guard.
import { assign, createMachine } from 'xstate'

const isActive = (pod) => pod !== 0 && pod !== 5 && pod !== 10
const setOf = (pod) => (pod > 5 ? 1 : 0)
const isReady = (pod) => pod === 4 || pod === 9
const seenAs = (pod) => (isActive(pod) ? 1 + 2 * setOf(pod) + Number(isReady(pod)) : 0)
const cachedBy = (cache, set) => cache === 1 + 2 * set || cache === 2 + 2 * set
const isSame = (a, b) => a.replicas === b.replicas && a.created === b.created && a.available === b.available
/** The list with another value in one place. */
const put = (list, at, value) => list.map((before, index) => (index === at ? value : before))

/** What `manageReplicas` of a set makes of the pods; nothing where it is not enabled. */
function managed({ pods, cache, wanted }, set, expects) {
  const have = cache.filter((seen) => cachedBy(seen, set)).length
  const want = wanted[set]
  const lags = (pod, slot) => (isActive(pod) && setOf(pod) === set) !== cachedBy(cache[slot], set)
  if (have === want || (expects && pods.some(lags))) return undefined
  const slots = pods.map((_, slot) => slot)
  if (have < want) {
    const free = slots.filter((slot) => pods[slot] === 0 && cache[slot] === 0).slice(0, want - have)
    return free.length === 0 ? undefined : pods.map((pod, slot) => (free.includes(slot) ? 1 + 5 * set : pod))
  }
  const ranked = [1, 2].flatMap((rank) => slots.filter((slot) => cache[slot] === rank + 2 * set)).slice(0, have - want)
  return pods.map((pod, slot) => (ranked.includes(slot) && isActive(pod) ? 5 + 5 * setOf(pod) : pod))
}

const statusOf = ({ cache, sets }, set) => ({
  ...sets[set],
  created: cache.filter((seen) => cachedBy(seen, set)).length,
  available: cache.filter((seen) => seen === 2 + 2 * set).length,
})

/** The ReplicaSet that a sync of the Deployment scales, and by how much. */
function scaled({ sets, seen }, { replicas, maxSurge, maxUnavailable, isSafe }) {
  const [old, young] = seen
  const change = (set, by) => (isSame(sets[set], seen[set]) ? { set, by } : undefined)
  if (young.replicas < replicas) {
    const there = isSafe ? Math.max(old.replicas, old.created) : old.replicas
    const up = Math.min(replicas + maxSurge - there - young.replicas, replicas - young.replicas)
    if (up > 0) return change(1, up)
  }
  const down = old.replicas + young.available - (replicas - maxUnavailable)
  if (old.replicas === 0 || old.available !== old.replicas || down <= 0) return undefined
  return change(0, -Math.min(down, old.replicas))
}

/** Each action: what the context becomes, or nothing where the action is not enabled. */
const actionsOf = (parameters) => ({
  podStep: ({ pods }, { slot }) => {
    const pod = pods[slot]
    if (pod === 0 || isReady(pod)) return undefined
    return { pods: put(pods, slot, isActive(pod) ? pod + 1 : 0) }
  },
  podDeliver: ({ pods, cache }, { slot }) =>
    (cache[slot] === seenAs(pods[slot]) ? undefined : { cache: put(cache, slot, seenAs(pods[slot])) }),
  rsToRsc: ({ sets, wanted }, { set }) =>
    (wanted[set] === sets[set].replicas ? undefined : { wanted: put(wanted, set, sets[set].replicas) }),
  rsToDc: ({ sets, seen }, { set }) => (isSame(sets[set], seen[set]) ? undefined : { seen: put(seen, set, sets[set]) }),
  rsStatus: (context, { set }) => {
    const status = statusOf(context, set)
    return isSame(status, context.sets[set]) ? undefined : { sets: put(context.sets, set, status) }
  },
  rsSync: (context, { set }) => {
    const pods = managed(context, set, parameters.expects)
    return pods && { pods }
  },
  dcSync: (context) => {
    const change = scaled(context, parameters)
    if (change === undefined) return undefined
    const { set, by } = change
    const before = context.sets[set]
    return { sets: put(context.sets, set, { ...before, replicas: before.replicas + by }) }
  },
})

export function rolloutMachine(parameters) {
  const { replicas, slots } = parameters
  const slot = (of) => Array.from({ length: slots }, (_, at) => (at < replicas ? of : 0))
  const sets = [replicas, 0].map((count) => ({ replicas: count, created: count, available: count }))
  const on = Object.entries(actionsOf(parameters)).map(([type, become]) => [type, {
    guard: ({ context, event }) => become(context, event) !== undefined,
    actions: assign(({ context, event }) => become(context, event)),
  }])
  return createMachine({
    context: { sets, seen: sets, wanted: [replicas, 0], pods: slot(4), cache: slot(2) },
    initial: 'rollingOut',
    states: { rollingOut: { on: Object.fromEntries(on) } },
  })
}

export const eventsOf = ({ slots }) => [
  ...Array.from({ length: slots }, (_, slot) => ['podStep', 'podDeliver'].map((type) => ({ type, slot }))).flat(),
  ...[0, 1].flatMap((set) => ['rsToRsc', 'rsToDc', 'rsStatus', 'rsSync'].map((type) => ({ type, set }))),
  { type: 'dcSync' },
]

/** At most replicas + maxSurge pods, and at least replicas − maxUnavailable ready ones. */
export const isRight = ({ replicas, maxSurge, maxUnavailable }) => ({ context: { pods } }) =>
  pods.filter(isActive).length <= replicas + maxSurge && pods.filter(isReady).length >= replicas - maxUnavailable
