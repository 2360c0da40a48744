// What every peer of this folder is given, and the line of JSON that it prints.

/**
 * `R S U [--unsafe] [--no-expectations] [--flag]… [--name count]…`: replicas, maxSurge, maxUnavailable; whether
 * surge is counted only from what is planned; whether the ReplicaSet controller acts before its cache has its own
 * writes. `flags` and `counts` are the script's own.
 */
export function given(byDefault, { flags = [], counts = [] } = {}, words = process.argv.slice(2)) {
  const isSized = words.length > 0 && !words[0].startsWith('--')
  const size = isSized ? words.slice(0, 3).map(Number) : byDefault
  const isCount = (count) => Number.isInteger(count) && count >= 0
  if (size.length !== 3 || !size.every(isCount)) throw new Error(`not three counts: ${words.slice(0, 3).join(' ')}`)
  const counted = new Map()
  const raised = new Set()
  for (let rest = words.slice(isSized ? 3 : 0); rest.length > 0;) {
    const [flag, count] = rest
    const name = flag.replace(/^--/, '')
    if (counts.includes(name) && isCount(Number(count)) && Number(count) > 0) {
      counted.set(name, Number(count))
      rest = rest.slice(2)
    } else if (['unsafe', 'no-expectations', ...flags].includes(name)) {
      raised.add(name)
      rest = rest.slice(1)
    } else throw new Error(`not known: ${rest.join(' ')}`)
  }
  const [replicas, maxSurge, maxUnavailable] = size
  const slots = replicas + maxSurge + 1
  const [isSafe, expects] = [!raised.has('unsafe'), !raised.has('no-expectations')]
  return {
    model: { replicas, maxSurge, maxUnavailable, slots, isSafe, expects },
    size,
    has: (flag) => raised.has(flag),
    count: (name, otherwise) => counted.get(name) ?? otherwise,
  }
}

/** What goes by while `work` is done, in seconds: of the clock, and of all processors together. */
export async function timed(work) {
  const before = process.cpuUsage()
  const started = performance.now()
  const done = await work()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  return { done, seconds, cpuSeconds: (user + system) / 1e6 }
}

/** `seconds` are of the search alone, `peakMiB` of the whole process. */
export function printLine(peer, size, { states, transitions, depth, seconds, cpuSeconds, ...more }) {
  const rate = (count) => (seconds > 0 ? Math.round(count / seconds) : undefined)
  console.log(JSON.stringify({
    peer, size, states, transitions, depth,
    seconds: Number(seconds.toFixed(3)), cpuSeconds: Number(cpuSeconds.toFixed(3)),
    statesPerSecond: rate(states), transitionsPerSecond: rate(transitions), ...more,
  }))
}

/** The most memory that this process has had. */
export const peakMiB = () => Math.round(process.resourceUsage().maxRSS / 1024)

/** A peer that is not on this machine: no line, and a notice. */
export function skip(peer, why) {
  console.error(`${peer}: skipped, ${why}`)
  process.exit(0)
}
