/** How a World looks from outside when things have settled: what a mutant that only dawdles leaves as it was. */
import { prefixOf } from '#kernel/cells'
import { combine, exclusiveOr, hashString, hashValue, hex } from '#kernel/value'
import type { World } from '#cluster/world'
import { scriptKey } from '#models/client/script'

/** Objects in etcd, what runs on nodes, and where the rules there lead. */
const visible: ReadonlySet<string> = new Set(['store', 'sandbox', 'container', 'listener', 'rules'])

/** A fingerprint of what can be seen; the same for Worlds that differ only in time and in what processes remember. */
export function appearance({ store }: World): string {
  let hash = 0
  for (const key of store.keys()) {
    if (visible.has(prefixOf(key))) hash = exclusiveOr(hash, combine(hashString(key), hashValue(store.get(key))))
  }
  return hex(hash)
}

/** What kubectl complained of to the user. */
export const complaints = ({ store }: World): readonly string[] => {
  const script = store.get(scriptKey('kubectl')) as { readonly failed?: readonly { readonly message: string }[] } | undefined // by its key
  return (script?.failed ?? []).map(({ message }) => message)
}
