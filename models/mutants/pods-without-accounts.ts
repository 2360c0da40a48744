import type { Pod } from '#api/types'
import { objectKey } from '#machine/objects'
import { part } from '#kernel/cells'
import { handle, requestChannel } from '../control-plane/api-server.js'
import { responseKey } from '#machine/request'
import { replaceChannel, type Mutant } from '../mutants.js'

export const podsWithoutAccounts: Mutant = {
  name: 'pods-without-accounts',
  title: 'The API server creates pods without looking for their ServiceAccounts',
  breaks: ['pods-have-accounts'],
  apply: (processes) => processes,
  rewire: replaceChannel(requestChannel, (channel) => ({
    ...channel,
    take(cells, cell, request) {
      if (request.verb !== 'create' || request.resource !== 'pods' || request.subresource !== undefined) {
        return channel.take(cells, cell, request)
      }
      const { spec, metadata } = request.body as Pod // by resource; a user's may lack the namespace
      const { namespace = 'default' } = metadata as Partial<Pod['metadata']> // as above
      const account = objectKey('serviceaccounts', `${namespace}/${spec.serviceAccountName ?? 'default'}`)
      const found = cells.read(account)
      if (found !== undefined) return channel.take(cells, cell, request)
      // It is there for as long as the request is looked at.
      cells.write(account, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: '', namespace, uid: '' } })
      const response = handle(cells, request, part(cell, 1))
      cells.write(account, undefined)
      cells.write(cell, undefined)
      cells.write(responseKey(part(cell, 1), part(cell, 2), part(cell, 3)), { request, response })
    },
  })),
}
