/** The controller that makes ClusterRoles of others, in a World. */
import { describe, expect, it } from 'vitest'
import { handle } from '#models/control-plane/api-server'
import { clusterRoleAggregation } from '#models/control-plane/rbac/aggregation-controller'
import type { ClusterRole } from '#models/control-plane/rbac/types'
import { kubernetes } from '#models/kubernetes'
import { build, create, settle } from '../../../support/drive.js'
import { objectKey } from '#machine/objects'
import { clusterRole, rule } from './roles.js'

const labels = { 'example.com/part': 'true' }
const whole: ClusterRole = { ...clusterRole('whole'), aggregationRule: { clusterRoleSelectors: [{ matchLabels: labels }] } }

const part = (name: string, resource: string): ClusterRole => {
  const role = clusterRole(name, rule('get', '', resource))
  return { ...role, metadata: { ...role.metadata, labels } }
}

const begin = () => build([clusterRoleAggregation.kind], kubernetes((all) => [...all, clusterRoleAggregation])).world

const rulesIn = (world: ReturnType<typeof begin>) => (world.store.get(objectKey('clusterroles', 'whole')) as ClusterRole).rules // by resource

describe('A ClusterRole that is made of others', () => {
  it('has the rules of each of them, whichever comes first, and loses them with it', () => {
    const world = begin()
    create(world, 'clusterroles', part('b', 'pods'))
    create(world, 'clusterroles', whole)
    settle(world)
    expect(rulesIn(world)).toEqual([rule('get', '', 'pods')])
    create(world, 'clusterroles', part('a', 'nodes'))
    settle(world)
    expect(rulesIn(world)).toEqual([rule('get', '', 'nodes'), rule('get', '', 'pods')])
    world.perform((cells) => handle(cells, { verb: 'delete', resource: 'clusterroles', key: 'b' }))
    settle(world)
    expect(rulesIn(world)).toEqual([rule('get', '', 'nodes')])
  })

  it('is put right where somebody changed it', () => {
    const world = begin()
    create(world, 'clusterroles', part('a', 'nodes'))
    create(world, 'clusterroles', { ...whole, rules: [rule('*', '*', '*')] })
    settle(world)
    expect(rulesIn(world)).toEqual([rule('get', '', 'nodes')])
  })

  it('is written no more once it is right', () => {
    const world = begin()
    create(world, 'clusterroles', whole)
    expect(settle(world).filter((label) => label.includes('patch'))).toEqual([])
  })
})
