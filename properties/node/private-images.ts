import { part } from '#kernel/cells'
import type { Step } from '#checker/claim'
import { imagesKey, type Container } from '#models/node/cells'
import { withDefaultTag } from '#models/node/image-decision'
import { profileKey } from '#models/node/profile'
import { pulledRecordKey, pullSecretsFor } from '#models/node/pull-secrets'
import { podWith, shortName } from './pods.js'

export const privateImagesGuarded: Step = {
  kind: 'step',
  name: 'private-images-guarded',
  title: 'A container of an image that its kubelet pulled with credentials runs only in pods that have some for its registry',
  source: 'kubernetes.io/docs/concepts/containers/images (ensure image pull credential verification); KEP-2535',
  on: ['container|'],
  check({ cells, disturbed }, { key, before, after }) {
    // the values of a container's cell
    const [was, is] = [before as Container | undefined, after as Container | undefined]
    if (is?.state !== 'running' || (was?.state === 'running' && was.attempt === is.attempt)) return undefined
    if (cells.read(profileKey(is.image))?.needsPullSecret !== true) return undefined
    const [node, uid] = [part(key, 1), part(key, 2)]
    const pod = podWith(cells, uid)
    if (pod === undefined || cells.read(pulledRecordKey(node, withDefaultTag(is.image))) === undefined) return undefined
    if (pullSecretsFor(cells, pod, is.image).length > 0) return 'held'
    if (disturbed) return undefined // the secret may have been there when it was asked for
    return {
      message: `Container ${part(key, 3)} of Pod ${shortName(uid)} runs ${is.image} on ${node}, for whose registry the pod has no credentials`,
      objects: [`Pod ${shortName(uid)}`],
      cells: [key, imagesKey(node)],
    }
  },
}
