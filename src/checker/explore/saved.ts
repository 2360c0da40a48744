/** What a part of an exploration was saved as: plain data that can be cloned, large arrays of numbers apart, and parts of it. */
export interface Saved {
  readonly data?: unknown
  readonly arrays?: Readonly<Record<string, Int32Array>>
  readonly parts?: Readonly<Record<string, Saved>>
}

/** An array that was saved; it is the reader's from now on. */
export const arrayOf = ({ arrays }: Saved, name: string): Int32Array => need(arrays?.[name], name)

export const partOf = ({ parts }: Saved, name: string): Saved => need(parts?.[name], name)

function need<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`what was saved has no ${name}`)
  return found
}
