import { part } from '#kernel/cells'
import { responseKey } from '#machine/request'
import { requestChannel } from '../control-plane/api-server.js'
import { replaceChannel, type Mutant } from '../mutants.js'

export const serviceAccountsNotStored: Mutant = {
  name: 'service-accounts-not-stored',
  title: "The API server says that it has created a user's ServiceAccount, and has not",
  breaks: ['service-accounts-there'],
  apply: (processes) => processes,
  rewire: replaceChannel(requestChannel, (channel) => ({
    ...channel,
    take(cells, cell, request) {
      if (request.verb !== 'create' || request.resource !== 'serviceaccounts' || request.raw !== true) return channel.take(cells, cell, request)
      cells.write(cell, undefined)
      cells.write(responseKey(part(cell, 1), part(cell, 2), part(cell, 3)), { request, response: { ok: true, object: request.body } })
    },
  })),
}
