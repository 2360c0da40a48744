/** Finds the channel of a cell by the first part of its key, which happens for every cell that a Step writes. */
import type { Value } from '#kernel/cells'
import type { Channel } from '#machine/channel'

/** Prefixes are told apart by two of their letters as far as possible. */
const slotOf = (text: string): number => (text.charCodeAt(0) * 7 + text.charCodeAt(2)) & 63

export class Routing {
  private readonly slots: readonly (readonly Channel<Value>[])[]

  constructor(channels: readonly Channel<never>[]) {
    const slots: Channel<Value>[][] = Array.from({ length: 64 }, () => [])
    for (const channel of channels as readonly unknown[] as readonly Channel<Value>[]) { // channels of many types
      slots[slotOf(`${channel.prefix}||`)]!.push(channel)
    }
    this.slots = slots
  }

  channel(key: string): Channel<Value> | undefined {
    for (const channel of this.slots[slotOf(key)] ?? []) {
      const { prefix } = channel
      if (key.startsWith(prefix) && key.charCodeAt(prefix.length) === bar) return channel
    }
    return undefined
  }
}

const bar = '|'.charCodeAt(0)
