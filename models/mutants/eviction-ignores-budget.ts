import type { Eviction } from '#api/types'
import { part } from '#kernel/cells'
import { responseKey } from '#machine/request'
import { handle, requestChannel } from '../control-plane/api-server.js'
import type { Mutant } from '../mutants.js'
import { replaceChannel } from '../mutants.js'

export const evictionIgnoresBudget: Mutant = {
  name: 'eviction-ignores-budget',
  title: 'The API server deletes a pod that is to be evicted without asking its PodDisruptionBudget',
  breaks: ['eviction-within-budget'],
  apply: (processes) => processes,
  rewire: replaceChannel(requestChannel, (channel) => ({
    ...channel,
    take(cells, cell, request) {
      if (request.subresource !== 'eviction') return channel.take(cells, cell, request)
      cells.write(cell, undefined)
      const { deleteOptions } = request.body as Eviction // sent by clients of the models
      const response = handle(cells, { verb: 'delete', resource: 'pods', key: request.key, body: deleteOptions })
      cells.write(responseKey(part(cell, 1), part(cell, 2), part(cell, 3)), { request, response })
    },
  })),
}
