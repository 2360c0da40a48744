/** What kubelets tell about containers as they begin, and about sandboxes. */
import { part } from '#kernel/cells'
import { imagesKey, podId, type Container, type Sandbox } from '#models/node/cells'
import { withDefaultTag } from '#models/node/image-decision'
import { pulledBy } from './images.js'
import { aboutContainer, aboutPod, normal, type Occurrence, type Teller } from './occurrence.js'
import { podNamed, workerOf } from './workers.js'

/** A new run of a container, or none. */
export function begins(was: Container | undefined, is: Container | undefined): is is Container {
  return (
    is?.state === 'running'
    && (was?.state !== 'running' || was.attempt !== is.attempt || was.sandbox !== is.sandbox)
  )
}

/** A container that was created, and of which no process ever ran. */
export const isStillborn = (was: Container | undefined, is: Container | undefined): is is Container =>
  is !== undefined
  && is.state !== 'running'
  && (was === undefined || was.attempt !== is.attempt || was.sandbox !== is.sandbox)

/**
 * Containers that begin: their image is there, then they are created and started, as far as that succeeds.
 */
export const tellStarts: Teller = (turn) =>
  turn.step.changes.flatMap(({ key, before, after }): readonly Occurrence[] => {
    if (part(key, 0) !== 'container') return []
    const [was, is] = [before as Container | undefined, after as Container | undefined] // by prefix
    const hasBegun = begins(was, is)
    if (is === undefined || !(hasBegun || isStillborn(was, is))) return []
    const [node, uid, name] = [part(key, 1), part(key, 2), part(key, 3)]
    const pod = podNamed(turn, workerOf(turn.before, `kubelet/${node}`, uid).memory?.name ?? podId(uid))
    if (pod?.metadata.uid !== uid) return []
    const where = aboutContainer(pod, name)
    const tell = (reason: string, message: string): Occurrence => normal(where, reason, message, 'kubelet')
    const { image } = is
    const isPresent =
      (turn.before(imagesKey(node)) as readonly string[] | undefined)?.includes(withDefaultTag(image))
      === true // by key
    return [
      ...(isPresent && !pulledBy(turn, image)
        ? [
            tell(
              'Pulled',
              `Container image "${image}" already present on machine and can be accessed by the pod`,
            ),
          ]
        : []),
      tell('Created', 'Container created'),
      ...(hasBegun ? [tell('Started', 'Container started')] : []),
    ]
  })

/** A sandbox takes the place of another one. */
export const tellSandboxes: Teller = ({ step }) =>
  step.changes.flatMap(({ key, before, after }): readonly Occurrence[] => {
    if (part(key, 0) !== 'sandbox') return []
    const [was, is] = [before as Sandbox | undefined, after as Sandbox | undefined] // by prefix
    if (was === undefined || is === undefined || is.attempt <= was.attempt) return []
    return [
      normal(
        aboutPod(is.pod, part(key, 2)),
        'SandboxChanged',
        'Pod sandbox changed, it will be killed and re-created.',
        'kubelet',
      ),
    ]
  })
