/**
 * What a reconcile must not use, since a Step is a function of the World alone: clocks, randomness, timers, files, the
 * network, other programs. While a user's function runs they are replaced by what tells of it; whoever else uses them at the
 * same time (the test runner) gets the real ones.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import { ControllerError } from '#machine/controller-error'

/** One run of a user's function. */
export interface Session {
  readonly controller: string
  /** The first thing that was wrong, also where the function caught it. */
  wrong: ControllerError | undefined
}

const session = new AsyncLocalStorage<Session>()

/** Runs something of the user's: what it does, and does later, is its own. */
export const within = <T>(of: Session, run: () => T): T => session.run(of, run)

/** Tells what is wrong where no other thing was wrong before. */
export function refuse(of: Session, error: ControllerError): never {
  of.wrong ??= error
  throw error
}

const advice = {
  clock: 'A controller that waits returns { requeueAfter: ms }. Where an object needs a time, take it from outside: a function that a test replaces.',
  random: 'Use generateName, or make names from what they are of.',
  timer: 'Return { requeueAfter: ms } instead of waiting inside of the function.',
  outside: 'Ask the API server alone; what else a controller needs is handed to it when it is made.',
} as const

type Sort = keyof typeof advice

/** Where in the user's code it was: the first place on the stack that is neither here nor Node's own. */
function placeOf(stack: string): string {
  const line = stack.split('\n').slice(1).find((one) => !one.includes(here) && !one.includes('node:'))
  const place = line?.replace(/^\s*at (?:async )?/, '').replace(/file:\/\//, '')
  return place === undefined ? '' : `, at ${place}`
}

const here = new URL(import.meta.url).pathname

function trapped(name: string, sort: Sort): void {
  const of = session.getStore()
  if (of === undefined) return
  const place = placeOf(new Error(name).stack ?? '')
  refuse(of, new ControllerError('E_CONTROLLER_FOREIGN', `reconcile uses ${name}${place}`, advice[sort], of.controller))
}

type Callable = (...args: never) => unknown

/** The same function, which tells of its use in a reconcile. */
const watched = (original: Callable, name: string, sort: Sort): Callable => new Proxy(original, {
  apply(target, self, args) {
    trapped(name, sort)
    return Reflect.apply(target, self, args)
  },
})

type Members = Record<string, unknown>

/** As it is before anything is replaced. */
const { setImmediate } = timers

const require = createRequire(import.meta.url)

/** Members of the modules of Node that only look at what they are given. */
const harmless = new Set(['isIP', 'isIPv4', 'isIPv6', 'createHash', 'createHmac', 'timingSafeEqual', 'getHashes', 'hash'])

const modules: readonly (readonly [string, Sort, readonly string[] | 'all'])[] = [
  ['crypto', 'random', ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync', 'generateKeyPairSync']],
  ['timers', 'timer', 'all'], ['timers/promises', 'timer', 'all'],
  ['fs', 'outside', 'all'], ['fs/promises', 'outside', 'all'], ['child_process', 'outside', 'all'],
  ['net', 'outside', 'all'], ['dns', 'outside', 'all'], ['dns/promises', 'outside', 'all'],
  ['http', 'outside', ['request', 'get']], ['https', 'outside', ['request', 'get']],
]

interface Trap {
  readonly on: Members
  readonly member: string
  readonly with: (original: Callable) => unknown
}

const replaced = (on: unknown, name: string, members: readonly string[], sort: Sort): readonly Trap[] =>
  members.map((member) => ({
    on: on as Members, // an object whose functions are looked up by name
    member,
    with: (original) => watched(original, name === '' ? member : `${name}.${member}`, sort),
  }))

const isFunction = (value: unknown): value is Callable => typeof value === 'function'

function trapsOf(name: string, sort: Sort, members: readonly string[] | 'all'): readonly Trap[] {
  const on = require(`node:${name}`) as Members
  const names = members === 'all'
    ? Object.keys(on).filter((member) => /^[a-z]/.test(member) && !harmless.has(member) && isFunction(on[member])) : members
  return replaced(on, name, names, sort)
}

const dateTrap: Trap = {
  on: globalThis as unknown as Members, // as above
  member: 'Date',
  with: (original) => new Proxy(original, {
    construct(target, args, newTarget: Callable) {
      if (args.length === 0) trapped('new Date()', 'clock')
      return Reflect.construct(target, args, newTarget) as object // a Date
    },
    apply(target, self, args) {
      trapped('Date()', 'clock')
      return Reflect.apply(target, self, args)
    },
    get(target, member, receiver) {
      if (member === 'now') return watched(Reflect.get(target, member, target) as Callable, 'Date.now', 'clock') // Date's own
      return Reflect.get(target, member, receiver) as unknown
    },
  }),
}

/** What a runner of tests puts in the place of the console may look at the clock; the user's function does not by that. */
const consoleTraps = (): readonly Trap[] => ['log', 'info', 'warn', 'error', 'debug'].map((member) => ({
  on: console as unknown as Members, // as above
  member,
  with: (original) => new Proxy(original, {
    apply: (target, self, args) => session.exit(() => Reflect.apply(target, self, args) as unknown),
  }),
}))

const allTraps = (): readonly Trap[] => [
  ...replaced(globalThis, '', ['setTimeout', 'setInterval', 'setImmediate'], 'timer'),
  ...replaced(globalThis, '', ['fetch'], 'outside'),
  ...replaced(globalThis.crypto, 'crypto', ['randomUUID', 'getRandomValues'], 'random'),
  ...replaced(Math, 'Math', ['random'], 'random'),
  ...replaced(performance, 'performance', ['now'], 'clock'),
  ...replaced(process, 'process', ['hrtime', 'uptime', 'cpuUsage'], 'clock'),
  ...replaced(process.hrtime, 'process.hrtime', ['bigint'], 'clock'),
  dateTrap,
  ...consoleTraps(),
  ...modules.flatMap(([name, sort, members]) => trapsOf(name, sort, members)),
]

/** How many runs the traps are set for, and what takes them away: they are of the process, as what they replace. */
let users = 0
let remove: (() => void) | undefined

/**
 * Sets the traps; call what is returned when the function has run. They go a moment later, since to set them takes ten times
 * as long as most functions run, and one run mostly follows another at once.
 */
export function setTraps(): () => void {
  users++
  remove ??= replaceAll(allTraps())
  return () => {
    if (--users === 0) setImmediate(removeUnused)
  }
}

function removeUnused(): void {
  if (users > 0) return
  remove?.()
  remove = undefined
}

function replaceAll(traps: readonly Trap[]): () => void {
  const undo = traps.flatMap(({ on, member, with: change }) => {
    const before = Object.getOwnPropertyDescriptor(on, member)
    const original = on[member]
    if (!isFunction(original)) return []
    const ours = change(original)
    Object.defineProperty(on, member, { value: ours, configurable: true, writable: true, enumerable: before?.enumerable ?? true })
    return [() => {
      // What somebody else has put in its place meanwhile stays.
      if (Object.getOwnPropertyDescriptor(on, member)?.value !== ours) return
      if (before === undefined) delete on[member]
      else Object.defineProperty(on, member, before)
    }]
  })
  syncBuiltinESMExports()
  return () => {
    for (const one of undo) one()
    syncBuiltinESMExports()
  }
}
