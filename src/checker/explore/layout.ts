/**
 * In which order slots stand, worked out from what Steps were seen to touch: slots that some Step touches
 * together stand in one part of the vector, of the four that its root has, as far as there is room; what
 * changes is spread evenly over the parts. It makes nothing true or false: only more Steps are a matter of
 * one part alone.
 */

/** The key of each slot, in order; `undefined` for a slot that stays empty. */
export type Layout = readonly (string | undefined)[]

export interface Seen {
  readonly keys: readonly string[]
  /** Slots that each choice was seen to touch. */
  readonly footprints: readonly ReadonlySet<number>[]
  /** Slots that were seen to change. */
  readonly changing: ReadonlySet<number>
}

interface Group {
  readonly slots: readonly number[]
  readonly changing: number
}

const parts = 4

export function layoutOf({ keys, footprints, changing }: Seen): Layout {
  let width = parts
  while (width < keys.length + keys.length / 8) width *= parts
  const room = width / parts
  const groups = grouped(keys.length, footprints, changing, room)
  const bins = Array.from({ length: parts }, () => ({ slots: [] as number[], changing: 0 }))
  const left: number[] = []
  for (const group of [...groups].sort((a, b) => b.changing - a.changing || b.slots.length - a.slots.length)) {
    // What never changes goes where it leaves room for keys that are not known yet: those come last.
    const fitting = bins.filter(({ slots }) => slots.length + group.slots.length <= room)
    const bin = group.changing === 0 ? fitting[0] : [...fitting].sort((a, b) => a.changing - b.changing)[0]
    if (bin === undefined) left.push(...group.slots)
    else {
      bin.slots.push(...group.slots)
      bin.changing += group.changing
    }
  }
  for (const slot of left) bins.find(({ slots }) => slots.length < room)!.slots.push(slot)
  const filled = bins.flatMap(({ slots }) => Array.from({ length: room }, (_, at) => slots[at]))
  const end = filled.findLastIndex((slot) => slot !== undefined) + 1
  return filled.slice(0, end).map((slot) => (slot === undefined ? undefined : keys[slot]))
}

/**
 * Slots that belong together: those of the smallest footprints first, as long as a part has room and others
 * something left.
 */
function grouped(
  count: number, footprints: readonly ReadonlySet<number>[], changing: ReadonlySet<number>, room: number,
): readonly Group[] {
  const groupOf = Array.from({ length: count }, (_, slot): Group => ({ slots: [slot], changing: changing.has(slot) ? 1 : 0 }))
  const most = Math.ceil(changing.size / 2)
  for (const footprint of [...footprints].sort((a, b) => a.size - b.size)) {
    const groups = [...new Set([...footprint].map((slot) => groupOf[slot]!))]
    const whole: Group = {
      slots: groups.flatMap(({ slots }) => slots), changing: groups.reduce((sum, group) => sum + group.changing, 0),
    }
    if (whole.slots.length > room || whole.changing > most) continue
    for (const slot of whole.slots) groupOf[slot] = whole
  }
  return [...new Set(groupOf)]
}
