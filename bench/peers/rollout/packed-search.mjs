// Breadth first over the packed model: an open-addressed table of whole states, a frontier of copies.
import { packedModel, words } from './packed-model.mjs'

/** States that a worker takes at a time, and successors that it looks up together. */
const share = 256
const batchSize = 1024
/** How full the table gets before it grows. */
const load = 0.7
/** The first word of an entry that another worker is just writing. */
const busy = 1

/** What the workers tell each other, one 32-bit count each. */
export const told = { cursor: 0, end: 1, next: 2, stored: 3, limit: 4, wrong: 5 }

const hashOf = (w0, w1, w2) => {
  let hash = Math.imul(w0, 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b) ^ Math.imul(w2, 0xc2b2ae35)
  hash = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d)
  return Math.imul(hash ^ hash >>> 12, 0x297a2d39)
}

/**
 * Expands states of the frontier `from` until all are taken, or the table is filled to its limit; new states go to
 * `to`. Gives the number of transitions. `isSorted`: states that differ in the order of their slots only are one.
 */
export function createExpansion({ model, isSorted, isAlone }) {
  const { expand, sort, mostSuccessors } = packedModel(model)
  const batch = new Int32Array(words * (batchSize + mostSuccessors))
  const places = new Int32Array(batchSize + mostSuccessors)

  /** Keeps of the batch what the table did not have, at the batch's beginning; gives how many those are. */
  function addAlone(table, count) {
    const last = table.length
    let fresh = 0
    for (let at = 0, i = 0; i < count; i++, at += words) {
      const w0 = batch[at], w1 = batch[at + 1], w2 = batch[at + 2]
      let place = places[i]
      for (;;) {
        const found = table[place]
        if (found === 0) {
          table[place] = w0
          table[place + 1] = w1
          table[place + 2] = w2
          batch[fresh] = w0
          batch[fresh + 1] = w1
          batch[fresh + 2] = w2
          fresh += words
          break
        }
        if (found === w0 && table[place + 1] === w1 && table[place + 2] === w2) break
        place += words
        if (place === last) place = 0
      }
    }
    return fresh / words
  }

  /** The same where others write too: an entry is claimed, filled, then published by its first word. */
  function addTogether(table, count) {
    const last = table.length
    let fresh = 0
    for (let at = 0, i = 0; i < count; i++, at += words) {
      const w0 = batch[at], w1 = batch[at + 1], w2 = batch[at + 2]
      let place = places[i]
      for (;;) {
        const found = Atomics.load(table, place)
        if (found === busy) continue
        if (found === 0) {
          if (Atomics.compareExchange(table, place, 0, busy) !== 0) continue
          table[place + 1] = w1
          table[place + 2] = w2
          Atomics.store(table, place, w0)
          batch[fresh] = w0
          batch[fresh + 1] = w1
          batch[fresh + 2] = w2
          fresh += words
          break
        }
        if (found === w0 && table[place + 1] === w1 && table[place + 2] === w2) break
        place += words
        if (place === last) place = 0
      }
    }
    return fresh / words
  }

  const add = isAlone ? addAlone : addTogether
  /** What was loaded, so that no load is left out for having no use. */
  const touched = new Int32Array(1)

  /** Loads the first entry of each successor before any is compared: the misses of the cache overlap. */
  function lookUp(table, bits, count) {
    const shift = 32 - bits
    let sum = 0
    for (let at = 0, i = 0; i < count; i++, at += words) {
      const place = words * (hashOf(batch[at], batch[at + 1], batch[at + 2]) >>> shift)
      places[i] = place
      sum += table[place]
    }
    touched[0] ^= sum
  }

  function flush({ table, bits, to, counts }, count) {
    lookUp(table, bits, count)
    const fresh = add(table, count)
    if (fresh === 0) return
    Atomics.add(counts, told.stored, fresh)
    const base = words * Atomics.add(counts, told.next, fresh)
    for (let at = 0; at < words * fresh; at++) to[base + at] = batch[at]
  }

  return function run(space) {
    const { from, counts } = space
    const end = counts[told.end]
    let transitions = 0
    let filled = 0
    while (Atomics.load(counts, told.stored) < counts[told.limit]) {
      const first = Atomics.add(counts, told.cursor, share)
      if (first >= end) break
      const last = words * Math.min(end, first + share)
      for (let at = words * first; at < last; at += words) {
        const after = expand(from[at], from[at + 1], from[at + 2], batch, filled)
        if (after < 0) {
          Atomics.store(counts, told.wrong, 1)
          return transitions
        }
        if (isSorted) for (let each = filled; each < after; each += words) sort(batch, each)
        transitions += (after - filled) / words
        filled = after
        if (filled >= words * batchSize) {
          flush(space, filled / words)
          filled = 0
        }
      }
    }
    flush(space, filled / words)
    return transitions
  }
}

function put(table, shift, w0, w1, w2) {
  let place = words * (hashOf(w0, w1, w2) >>> shift)
  while (table[place] !== 0) {
    place += words
    if (place === table.length) place = 0
  }
  table[place] = w0
  table[place + 1] = w1
  table[place + 2] = w2
}

/**
 * The whole search. `expandAll(space)` has the workers expand, and gives their transitions. Depth is the longest of
 * the shortest paths; a counterexample is the length of the shortest path to a broken claim.
 */
export async function search(model, workers, expandAll) {
  const { begin, mostSuccessors } = packedModel(model)
  const Memory = workers === 1 ? ArrayBuffer : SharedArrayBuffer
  const memory = (entries) => new Int32Array(new Memory(4 * words * entries))
  const counts = new Int32Array(new SharedArrayBuffer(4 * Object.keys(told).length))
  const excess = workers * (share * mostSuccessors + batchSize + mostSuccessors)
  let bits = 18
  let table = memory(1 << bits)
  // Memory that nothing has been written to costs nothing: a frontier may be as large as the table.
  const frontier = () => memory(counts[told.limit] + excess)
  const setLimit = () => Atomics.store(counts, told.limit, Math.floor(load * (1 << bits)) - excess)

  /** A hash's first bits say where an entry is, so a table of twice the size is filled in order. */
  function grow() {
    const before = table
    table = memory(1 << ++bits)
    for (let at = 0; at < before.length; at += words) {
      if (before[at] !== 0) put(table, 32 - bits, before[at], before[at + 1], before[at + 2])
    }
    setLimit()
  }

  setLimit()
  let from = frontier()
  let to = frontier()
  from.set(begin())
  put(table, 32 - bits, ...begin())
  Atomics.store(counts, told.end, 1)
  Atomics.store(counts, told.stored, 1)
  let transitions = 0
  for (let depth = 0; ; depth++) {
    Atomics.store(counts, told.cursor, 0)
    Atomics.store(counts, told.next, 0)
    for (;;) {
      transitions += await expandAll({ table, bits, from, to, counts })
      if (counts[told.wrong] === 1) {
        return { states: counts[told.stored], transitions, depth, counterexample: depth }
      }
      if (counts[told.cursor] >= counts[told.end]) break
      grow()
      const wider = frontier()
      wider.set(to.subarray(0, words * counts[told.next]))
      to = wider
    }
    if (counts[told.next] === 0) return { states: counts[told.stored], transitions, depth }
    Atomics.store(counts, told.end, counts[told.next])
    const spare = from
    from = to
    to = spare.length < from.length ? frontier() : spare
  }
}
