/**
 * Scenarios, well formed by construction: one or two applications on one to four nodes with room for them, and what
 * their users do. Nothing in them is refused, and each could run for years.
 */
import * as fc from 'fast-check'
import type { UserAction } from '#models/client/user-actions'
import { buildNode } from '#models/node-lifecycle/nodes'
import type { Profile } from '#models/node/profile'
import type { Scenario } from '../scenario.js'
import { applications } from './applications.js'
import { profiles } from './pods.js'
import { userActions } from './user-actions.js'

export interface Sizes {
  /** Applications at most; 2 unless said otherwise. */
  readonly applications?: number
  /** Nodes at most; 4 unless said otherwise. */
  readonly nodes?: number
  /** Things that users do at most, after everything was applied; 3 unless said otherwise. */
  readonly actions?: number
}

const names = ['web', 'api', 'jobs', 'mail'] as const

const zone = (index: number): string => `zone-${'abc'[index % 3]!}`

const nodesUpTo = (most: number): fc.Arbitrary<Scenario['nodes']> => fc.integer({ min: 1, max: most })
  .map((count) => Array.from({ length: count }, (_, index) => buildNode(index, { podCidr: true, zone: zone(index) })))

/** Some of the images start, stop and are pulled otherwise than usual. */
const profilesOf = (images: readonly string[]): fc.Arbitrary<Readonly<Record<string, Profile>>> =>
  fc.tuple(...images.map((image) => fc.option(profiles, { nil: undefined }).map((profile) => ({ image, profile }))))
    .map((drawn) => Object.fromEntries(drawn.flatMap(({ image, profile }) => (profile === undefined ? [] : [[image, profile]]))))

/** Every version that a user may set. */
const imagesOf = (name: string): readonly string[] => [1, 2, 3].map((version) => `example.com/${name}:${version}`)

export function scenarios(sizes: Sizes = {}): fc.Arbitrary<Scenario> {
  const most = { applications: 2, nodes: 4, actions: 3, ...sizes }
  // Sizes are stated, not left to fast-check's own, which would keep most lists short.
  const scale = { size: 'max' } as const
  return fc.integer({ min: 1, max: Math.min(most.applications, names.length) }).chain((count) => {
    const used = names.slice(0, count)
    return fc.record({
      nodes: nodesUpTo(most.nodes),
      applied: fc.tuple(...used.map((name) => applications(name))),
      actions: fc.array(fc.oneof(...used.map((name) => userActions(name))), { maxLength: most.actions, ...scale }),
      profiles: profilesOf(used.flatMap(imagesOf)),
    })
  }).map(({ nodes, applied, actions, profiles }): Scenario => {
    const apply: UserAction = { do: 'apply', objects: applied.flatMap(({ objects }) => objects) }
    return { nodes, script: [apply, ...actions.flat()], profiles, mutants: [] }
  })
}
