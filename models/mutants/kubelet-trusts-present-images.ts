import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import { nodeName } from '../node/cells.js'
import { pulledRecordKey } from '../node/pull-secrets.js'
import { withDefaultTag } from '../node/image-decision.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

/** As it was before KEP-2535: who may use the node may use what is on it. */
export const kubeletTrustsPresentImages: Mutant = {
  name: 'kubelet-trusts-present-images',
  title: 'Any pod may use a private image that another pod has pulled to its node (KEP-2535)',
  breaks: ['private-images-guarded'],
  apply: mutateKubelet(withEffect('record', (original) => (context: Context, params: { readonly image: string }) => {
    original(context, params as never)
    const cell = pulledRecordKey(nodeName(context.process), withDefaultTag(params.image))
    const record = context.cells.read(cell)
    if (record === undefined) return
    context.cells.write(cell, Object.fromEntries(Object.keys(record).map((name) => [name, { nodePodsAccessible: true }])))
  })),
}
