// The reference rollout in three 32-bit words a state.
//   word 0: a mark (bit 27), the Deployment controller's copy of the old ReplicaSet (from 18), the new ReplicaSet
//           (from 9), the old one (from 0)
//   word 1: slots 6 and 5 (from 21 and 15), spec.replicas as the ReplicaSet controller has it (new from 12, old
//           from 9), the Deployment controller's copy of the new ReplicaSet (from 0)
//   word 2: slots 4 to 0, six bits each
// A ReplicaSet is nine bits: status.availableReplicas, status.replicas, spec.replicas. A slot is five times its pod
// plus what the ReplicaSet controller's cache has of it. Pods: 0 absent, 1–5 old pending, scheduled, running, ready,
// terminating, 6–10 the same of the new set. The cache: 0 nothing, 1 old, 2 old and ready, 3 new, 4 new and ready.

export const words = 3
/** Set in the first word of every state, so that no state is zero. */
export const mark = 1 << 27
export const maxSlots = 7

const codes = 55
const podOf = (code) => Math.floor(code / 5)
const cacheOf = (code) => code % 5
const codeOf = (pod, cache) => pod * 5 + cache
const phaseOf = (pod) => (pod === 0 ? -1 : (pod - 1) % 5)
const setOf = (pod) => (pod > 5 ? 1 : 0)
const isActive = (pod) => pod !== 0 && phaseOf(pod) !== 4
const seenAs = (pod) => (isActive(pod) ? 1 + 2 * setOf(pod) + (phaseOf(pod) === 3 ? 1 : 0) : 0)
const cachedBy = (cache, set) => cache === 1 + 2 * set || cache === 2 + 2 * set

const table = (of) => Int32Array.from({ length: codes }, (_, code) => of(podOf(code), cacheOf(code), code))

/** What a slot turns into, as a difference; 0 where it does not. */
const stepped = table((pod, cache, code) => {
  const phase = phaseOf(pod)
  if (phase === 4) return codeOf(0, cache) - code
  return phase >= 0 && phase < 3 ? codeOf(pod + 1, cache) - code : 0
})
const delivered = table((pod, cache, code) => codeOf(pod, seenAs(pod)) - code)
const deleted = table((pod, cache, code) => (isActive(pod) ? codeOf(5 + 5 * setOf(pod), cache) - code : 0))
const created = [codeOf(1, 0), codeOf(6, 0)]

/**
 * What a slot adds to eight counts of four bits: cached pods of the old set and the ready among them (0, 4), of the
 * new (8, 12), active pods, ready pods (16, 20), slots of the old and of the new set where the cache lags (24, 28).
 */
const counted = table((pod, cache) => {
  const lags = (set) => Number((isActive(pod) && setOf(pod) === set) !== cachedBy(cache, set))
  const counts = [
    cachedBy(cache, 0), cache === 2, cachedBy(cache, 1), cache === 4,
    isActive(pod), phaseOf(pod) === 3, lags(0), lags(1),
  ]
  return counts.reduce((sum, count, at) => sum + (Number(count) << 4 * at), 0)
})

/** In which word a slot is, and where in it. */
const wordOf = Array.from({ length: maxSlots }, (_, slot) => (slot < 5 ? 2 : 1))
const shiftOf = Array.from({ length: maxSlots }, (_, slot) => (slot < 5 ? 6 * slot : 15 + 6 * (slot - 5)))

/**
 * The state to begin with, and `expand(w0, w1, w2, out, at)`: writes the successors of a state to `out` from `at`
 * on, and gives where they end, or -1 where the state breaks a claim. `sort` works in place.
 */
export function packedModel({ replicas, maxSurge, maxUnavailable, slots, isSafe, expects }) {
  if (slots > maxSlots || replicas < 1) throw new Error(`sizes of 1 ≤ R, R + S + 1 ≤ ${maxSlots}`)
  const most = replicas + maxSurge
  const least = replicas - maxUnavailable
  const low = Math.min(slots, 5)
  const code = new Int32Array(maxSlots)

  function begin() {
    const set = replicas * 0b1001001
    const state = [mark | set << 18 | set, replicas << 9, 0]
    for (let slot = 0; slot < replicas; slot++) state[wordOf[slot]] |= codeOf(4, 2) << shiftOf[slot]
    return state
  }

  /** The ReplicaSet controller's sync of one set, where it is enabled. */
  function manage(set, w0, w1, w2, have, want, out, at) {
    let left = have - want
    if (left < 0) {
      for (let slot = 0; slot < slots && left < 0; slot++) {
        if (code[slot] !== 0) continue
        if (wordOf[slot] === 2) w2 += created[set] << shiftOf[slot]
        else w1 += created[set] << shiftOf[slot]
        left++
      }
      if (left === have - want) return at
    } else {
      for (let cache = 1 + 2 * set; cache <= 2 + 2 * set; cache++) {
        for (let slot = 0; slot < slots && left > 0; slot++) {
          if (cacheOf(code[slot]) !== cache) continue
          if (wordOf[slot] === 2) w2 += deleted[code[slot]] << shiftOf[slot]
          else w1 += deleted[code[slot]] << shiftOf[slot]
          left--
        }
      }
    }
    out[at] = w0
    out[at + 1] = w1
    out[at + 2] = w2
    return at + 3
  }

  function expand(w0, w1, w2, out, at) {
    let sum = 0
    for (let slot = 0; slot < low; slot++) {
      const is = w2 >>> 6 * slot & 63
      code[slot] = is
      sum += counted[is]
      if (stepped[is] !== 0) {
        out[at] = w0
        out[at + 1] = w1
        out[at + 2] = w2 + (stepped[is] << 6 * slot)
        at += 3
      }
      if (delivered[is] !== 0) {
        out[at] = w0
        out[at + 1] = w1
        out[at + 2] = w2 + (delivered[is] << 6 * slot)
        at += 3
      }
    }
    for (let slot = 5; slot < slots; slot++) {
      const shift = 6 * slot - 15
      const is = w1 >>> shift & 63
      code[slot] = is
      sum += counted[is]
      if (stepped[is] !== 0) {
        out[at] = w0
        out[at + 1] = w1 + (stepped[is] << shift)
        out[at + 2] = w2
        at += 3
      }
      if (delivered[is] !== 0) {
        out[at] = w0
        out[at + 1] = w1 + (delivered[is] << shift)
        out[at + 2] = w2
        at += 3
      }
    }
    if ((sum >>> 16 & 15) > most || (sum >>> 20 & 15) < least) return -1

    const old = w0 & 511, young = w0 >>> 9 & 511, oldSeen = w0 >>> 18 & 511, youngSeen = w1 & 511
    const oldWanted = w1 >>> 9 & 7, youngWanted = w1 >>> 12 & 7
    if (oldWanted !== (old & 7)) {
      out[at] = w0
      out[at + 1] = w1 + ((old & 7) - oldWanted << 9)
      out[at + 2] = w2
      at += 3
    }
    if (youngWanted !== (young & 7)) {
      out[at] = w0
      out[at + 1] = w1 + ((young & 7) - youngWanted << 12)
      out[at + 2] = w2
      at += 3
    }
    if (old !== oldSeen) {
      out[at] = w0 + (old - oldSeen << 18)
      out[at + 1] = w1
      out[at + 2] = w2
      at += 3
    }
    if (young !== youngSeen) {
      out[at] = w0
      out[at + 1] = w1 + (young - youngSeen)
      out[at + 2] = w2
      at += 3
    }
    const oldStatus = sum & 7 | (sum >>> 4 & 7) << 3
    if (oldStatus !== old >>> 3) {
      out[at] = w0 + (oldStatus - (old >>> 3) << 3)
      out[at + 1] = w1
      out[at + 2] = w2
      at += 3
    }
    const youngStatus = sum >>> 8 & 7 | (sum >>> 12 & 7) << 3
    if (youngStatus !== young >>> 3) {
      out[at] = w0 + (youngStatus - (young >>> 3) << 12)
      out[at + 1] = w1
      out[at + 2] = w2
      at += 3
    }
    const oldHave = sum & 15, youngHave = sum >>> 8 & 15
    if (oldHave !== oldWanted && !(expects && (sum >>> 24 & 15) !== 0)) {
      at = manage(0, w0, w1, w2, oldHave, oldWanted, out, at)
    }
    if (youngHave !== youngWanted && !(expects && sum >>> 28 !== 0)) {
      at = manage(1, w0, w1, w2, youngHave, youngWanted, out, at)
    }

    const oldPlanned = oldSeen & 7, youngPlanned = youngSeen & 7
    if (youngPlanned < replicas) {
      const there = isSafe ? Math.max(oldPlanned, oldSeen >>> 3 & 7) : oldPlanned
      const up = Math.min(most - there - youngPlanned, replicas - youngPlanned)
      if (up > 0) {
        if (young !== youngSeen) return at
        out[at] = w0 + (up << 9)
        out[at + 1] = w1
        out[at + 2] = w2
        return at + 3
      }
    }
    const down = oldPlanned + (youngSeen >>> 6) - least
    if (oldPlanned === 0 || oldSeen >>> 6 !== oldPlanned || down <= 0 || old !== oldSeen) return at
    out[at] = w0 - Math.min(down, oldPlanned)
    out[at + 1] = w1
    out[at + 2] = w2
    return at + 3
  }

  /** Puts the slots of the state at `at` in order: which pod is in which slot makes no difference to the model. */
  function sort(out, at) {
    const w1 = out[at + 1], w2 = out[at + 2]
    for (let slot = 0; slot < slots; slot++) {
      const is = (slot < 5 ? w2 : w1) >>> shiftOf[slot] & 63
      let before = slot - 1
      for (; before >= 0 && code[before] < is; before--) code[before + 1] = code[before]
      code[before + 1] = is
    }
    let first = 0, second = w1 & (1 << 15) - 1
    for (let slot = 0; slot < low; slot++) first |= code[slot] << shiftOf[slot]
    for (let slot = 5; slot < slots; slot++) second |= code[slot] << shiftOf[slot]
    out[at + 1] = second
    out[at + 2] = first
  }

  return { begin, expand, sort, mostSuccessors: 2 * slots + 9 }
}
