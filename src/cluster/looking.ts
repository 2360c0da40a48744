/** A handle that only looks: for whoever judges a World, or asks whether a Choice is open. */
import type { Cells, DeadlineKey, Key, Projection } from '#kernel/cells'
import { flat, type List } from '#kernel/list'
import type { Store } from '#kernel/store'

export class Looking implements Cells {
  /** `follow` is told of each cell and deadline that is looked at. */
  constructor(private readonly store: Store, private readonly follow?: (key: string) => void) {}

  read<T>(key: Key<T>): T | undefined {
    this.follow?.(key)
    return flat(this.store.get(key)) as T | undefined // a key is only ever written with its own type
  }

  list<T>(key: Key<List<T>>): List<T> | undefined {
    this.follow?.(key)
    return this.store.get(key) as List<T> | undefined // as for read
  }

  project<T, R>(key: Key<T>, projection: Projection<T, R>): R {
    return projection.of(this.read(key))
  }

  pending(key: DeadlineKey): boolean {
    this.follow?.(key)
    return (this.store.deadlines.left(key) ?? 0) > 0
  }

  write(): void { throw new Error(refusal) }
  append(): void { throw new Error(refusal) }
  add(): void { throw new Error(refusal) }
  arm(): void { throw new Error(refusal) }
  disarm(): void { throw new Error(refusal) }
  choose(): number { throw new Error(refusal) }
}

const refusal = 'this handle only looks: nothing is written or chosen through it'
