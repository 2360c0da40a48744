/** Worlds of a space as text, to compare them by, within one space and between several. */
import type { Steps } from '#checker/explore/steps'

/** The same text for equal values, whatever the order of their members. */
const textOf = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) => (
  typeof inner !== 'object' || inner === null || Array.isArray(inner) ? inner
    : Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))))

/**
 * Tells the World under work as text: a line for each cell and deadline (`left|…`), without what belongs to
 * the search.
 */
export function describing({ slots, worlds }: Pick<Steps, 'slots' | 'worlds'>): () => string {
  const texts: string[][] = []
  return () => slots.keys.flatMap((key, slot) => {
    const number = worlds.at(slot)
    if (number === 0 || key.startsWith('search|') || key.startsWith('left|search|')) return []
    const known = texts[slot] ??= []
    return [known[number] ??= `${key} ${textOf(slots.value(slot, number))}`]
  }).sort().join('\n')
}
