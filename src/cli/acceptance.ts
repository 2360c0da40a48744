/** Findings that `orrery.yaml` accepts. */
import type { Configuration } from './configuration.js'

/**
 * The reason in `orrery.yaml` why a finding is accepted: all that it was met of is, where pods and nodes are only the
 * ones that it happened to.
 */
export function acceptanceOf(claim: string, objects: readonly string[], { accepted }: Configuration): string | undefined {
  const kind = objects[0]?.split(' ')[0] ?? ''
  const met = objects.filter((object) => object.startsWith(`${kind} `)).map((object) =>
    accepted.find((one) => one.claim === claim && matches(one.object, object)))
  return met.length > 0 && met.every((one) => one !== undefined) ? met[0]?.reason : undefined
}

const matches = (pattern: string, object: string): boolean =>
  new RegExp(`^${pattern.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(object)
