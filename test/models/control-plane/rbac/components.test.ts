/** Every request of a component of Kubernetes is one that the default roles allow it: what the models omit changes nothing. */
import { describe, expect, it } from 'vitest'
import { allKinds } from '#api/manifests/kinds'
import { baselineOf, draw } from '#checker/generate'
import { runOrder } from '#checker/order'
import { part } from '#kernel/cells'
import { PlainStore } from '#kernel/plain-store'
import { World } from '#cluster/world'
import type { ApiRequest } from '#machine/request'
import { requestChannel } from '#models/control-plane/api-server'
import { authorize } from '#models/control-plane/rbac/authorizer'
import { attributesOf } from '#models/control-plane/rbac/request-attributes'
import { StoredRoles } from '#models/control-plane/rbac/stored-roles'
import type { Attributes } from '#models/control-plane/rbac/types'
import { identityOf, watcherOf } from '#models/control-plane/tokens/identities'
import { processes } from '#models/kubernetes'
import { replaceChannel, type Mutant } from '#models/mutants'
import { smalls } from '#properties/kill/baselines'
import { systemOf } from '#properties/scenario'

interface Made {
  readonly process: string
  readonly request: ApiRequest
}

const kindOf = (process: string): string => process.replace(/^(kubelet|kube-proxy)\/.*/, '$1')

/** One request of each kind that a component makes in the small scenarios. */
function collect(): readonly Made[] {
  const made = new Map<string, Made>()
  const spy: Mutant = {
    name: 'spy', title: 'Nothing is wrong', breaks: [], apply: (all) => all,
    rewire: replaceChannel(requestChannel, (channel) => ({
      ...channel,
      take(cells, cell, request) {
        const { verb, resource, subresource = '', key } = request
        const process = part(cell, 1)
        made.set(`${kindOf(process)} ${verb} ${resource}/${subresource} ${key.includes('/')}`, { process, request })
        channel.take(cells, cell, request)
      },
    })),
  }
  for (const { scenario, budgets = { delays: 2, faults: 1 } } of smalls) {
    const system = systemOf({ ...scenario, mutants: ['spy'] }, { mutants: [spy] })
    const baseline = baselineOf(system)
    for (let index = 0; index < 2; index++) runOrder(system, [], index === 0 ? { deviations: [] } : draw(system, baseline, budgets, 1, index), {})
  }
  return [...made.values()]
}

const isNamespaced = (resource: string): boolean => allKinds().find((kind) => kind.resource === resource)?.isNamespaced ?? true

const decide = (attributes: Attributes): boolean => {
  let allowed = false
  World.over(new PlainStore(), []).perform((cells) => { allowed = authorize(new StoredRoles(cells), attributes).allowed })
  return allowed
}

const made = collect()

const words = ({ process, request: { verb, resource, subresource } }: Made): string =>
  `${process} ${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`

describe('The components of Kubernetes', () => {
  it('are all known to the API server', () => {
    const kinds = processes.map(({ kind }) => kind).filter((kind) => kind !== 'containerd' && kind !== 'systemd')
    expect(kinds.filter((kind) => identityOf(kind) === undefined || watcherOf(kind) === undefined)).toEqual([])
    expect(new Set(made.map(({ process }) => kindOf(process)))).toEqual(new Set(kinds.filter((kind) => kind !== 'kube-proxy')))
    expect(identityOf('site-operator')).toBeUndefined()
  })

  it('make no request that RBAC would refuse them, those of kubelets aside', () => {
    const refused = made.filter(({ process, request }) =>
      !process.startsWith('kubelet/') && !decide(attributesOf(identityOf(process)!, request, isNamespaced(request.resource))))
    expect(refused.map(words).sort()).toEqual([])
  })

  it('watch nothing that they may not list and watch', () => {
    const refused = processes.filter(({ kind }) => kind !== 'kubelet').flatMap(({ kind, watches }) => watches.flatMap(({ resource }) =>
      ['list', 'watch'].filter((verb) => !decide({
        ...attributesOf(watcherOf(kind)!, { verb: 'list', resource, key: '' }, isNamespaced(resource)), verb,
      })).map((verb) => `${kind} ${verb} ${resource}`)))
    expect(refused).toEqual([])
  })

  it('are who their kubeconfigs say', () => {
    expect(['kube-controller-manager/replicaset', 'kube-controller-manager/node-ipam', 'kube-scheduler', 'kubelet/node-1', 'kubectl']
      .map((process) => identityOf(process))).toEqual([
      { name: 'system:serviceaccount:kube-system:replicaset-controller',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'] },
      { name: 'system:serviceaccount:kube-system:node-controller',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'] },
      { name: 'system:kube-scheduler', groups: ['system:authenticated'] },
      { name: 'system:node:node-1', groups: ['system:nodes', 'system:authenticated'] },
      { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
    ])
    expect(watcherOf('kube-controller-manager/replicaset')?.name).toBe('system:kube-controller-manager')
  })
})
