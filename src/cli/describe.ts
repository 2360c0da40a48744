/** `orrery describe`: an object as `kubectl describe` shows it. */
import { nameOf, splitName, type StoredObject } from '#machine/objects'
import { describedKinds, kindCalled } from './describe/kinds.js'
import { Seen } from './describe/seen.js'
import { eventsUntil } from './describe/told.js'
import { complain, look, type LookOptions } from './look.js'
import { fullName, noSuchKind, noSuchObject } from './no-such.js'

export type DescribeOptions = LookOptions

/** `kind` may be `KIND/NAME`; `name` may be `NAMESPACE/NAME`, or the beginning of a name. */
export async function describe(
  kind: string,
  name: string | undefined,
  options: DescribeOptions,
): Promise<number> {
  const slash = name === undefined ? kind.indexOf('/') : -1
  const [word, wanted] = slash < 0 ? [kind, name] : [kind.slice(0, slash), kind.slice(slash + 1)]
  const described = kindCalled(word)
  if (described === undefined) return complain(noSuchKind('describe', word, describedKinds))
  const looked = await look('describe', options)
  if (typeof looked === 'number') return looked
  const scene = new Seen(looked.recording, looked.moment, eventsUntil(looked))
  const full = fullName(described, wanted, options.namespace)
  const found = choose(scene.list(described.resource), full)
  if (found.length === 0) return complain(noSuchObject('describe', described.resource, full, looked))
  process.stdout.write(found.map((object) => described.describe(scene, object)).join('\n\n'))
  return 0
}

/** The one of that name, else those whose names begin so. */
function choose(objects: readonly StoredObject[], full: string): readonly StoredObject[] {
  const exact = objects.filter((object) => nameOf(object) === full)
  if (exact.length > 0) return exact
  const { namespace, name } = splitName(full)
  return objects.filter(
    ({ metadata }) => (metadata.namespace ?? '') === namespace && metadata.name.startsWith(name),
  )
}
