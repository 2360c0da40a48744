/** Words and numbers that everything about an exploration uses. */
import type { Bounds } from '#checker/explore/bounds'
import type { Progress } from '#checker/explore/explore'
import { plural } from './words.js'

/** `41 MiB`, `2 GiB`. */
export function bytes(count: number): string {
  const [size, unit] = count < 1 << 20 ? [1 << 10, 'KiB'] : count < 1 << 30 ? [1 << 20, 'MiB'] : [1 << 30, 'GiB']
  const value = count / size
  return `${value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')} ${unit}`
}

const isPrompt = ({ delays, faults }: Bounds): boolean => delays === 0 && faults === 0

const some = (bounds: Bounds, zero: string): string => {
  const { delays, faults, kinds } = bounds
  const count = (many: number, noun: string): string => (many === 0 ? `${zero} ${noun}` : plural(many, noun))
  return `${count(delays, 'delay')} and ${count(faults, 'fault')}${faults > 0 && kinds !== undefined ? ` (${kinds.join(', ')})` : ''}`
}

/** Of Worlds: `within 1 delay and no fault`. */
export const within = (bounds: Bounds): string => (isPrompt(bounds) ? 'of the prompt order' : `within ${some(bounds, 'no')}`)

/** What is explored, as a sentence without its end. */
export const extentOf = (bounds: Bounds): string => (isPrompt(bounds) ? 'The prompt order alone'
  : `Every order that departs from the prompt one by at most ${some(bounds, 'no')}`)

/** The share of Steps whose outcome was known from another World, between 0 and 1. */
export const remembered = ({ evaluations, transitions }: Progress): number =>
  (transitions === 0 ? 0 : Math.max(0, 1 - evaluations / transitions))

export const percent = (share: number): string => `${(Math.floor(share * 1000) / 10).toFixed(1)}%`
