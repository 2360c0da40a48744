/** What would be if something were written: over cells that are only looked at. */
import type { Cells, DeadlineKey, Key, Projection, Value } from '#kernel/cells'
import { appended, flat, type List } from '#kernel/list'
import { equal } from '#kernel/value'

export class Sketch implements Cells {
  private readonly written = new Map<string, Value>()

  constructor(private readonly below: Cells) {}

  /** Whether a cell whose key begins so would hold another value. */
  hasChanged(prefix: string): boolean {
    return [...this.written].some(([key, value]) => key.startsWith(prefix) && !equal(value, this.below.read(key)))
  }

  read<T>(key: Key<T>): T | undefined {
    return this.written.has(key) ? flat(this.written.get(key)) as T | undefined : this.below.read(key) // as it was written
  }

  list<T>(key: Key<List<T>>): List<T> | undefined {
    return this.written.has(key) ? this.written.get(key) as List<T> | undefined : this.below.list(key) // as it was written
  }

  project<T, R>(key: Key<T>, projection: Projection<T, R>): R {
    return projection.of(this.read(key))
  }

  write<T>(key: Key<T>, value: T | undefined): void {
    this.written.set(key, value)
  }

  append<T>(key: Key<readonly T[]>, entry: T): void {
    this.written.set(key, [...this.read(key) ?? [], entry])
  }

  add<T>(key: Key<List<T>>, entry: T): void {
    this.written.set(key, appended(this.list(key), entry))
  }

  pending(key: DeadlineKey): boolean {
    return this.below.pending(key)
  }

  // Time does not pass in a sketch, and every tie goes the usual way.
  arm(): void {}
  disarm(): void {}
  choose(): number {
    return 0
  }
}
