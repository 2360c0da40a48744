/** What users do to an application that runs: each group of actions leaves it in a condition that it can live in. */
import * as fc from 'fast-check'
import { drainDefaults, type Target, type UserAction } from '#models/client/user-actions'

type Actions = readonly UserAction[]

export const deploymentNamed = (name: string): Target => ({ resource: 'deployments', namespace: 'default', name })

const setImage = (target: Target): fc.Arbitrary<UserAction> => fc.constantFrom(1, 2, 3)
  .map((version) => ({ do: 'set-image', target, images: { '*': `example.com/${target.name}:${version}` } }))

/** One thing that a user does to the Deployment, in as many commands as it takes. */
export const userActions = (name: string): fc.Arbitrary<Actions> => {
  const target = deploymentNamed(name)
  const one = (action: UserAction): fc.Arbitrary<Actions> => fc.constant([action])
  return fc.oneof(
    one({ do: 'restart', target }),
    fc.integer({ min: 1, max: 5 }).map((replicas): Actions => [{ do: 'scale', target, replicas }]),
    setImage(target).map((action): Actions => [action]),
    one({ do: 'delete', target: { of: target }, cascade: 'Background', force: false }),
    fc.constant<Actions>([
      { do: 'drain', node: { of: target }, ...drainDefaults }, { do: 'uncordon', node: { drained: true } },
    ]),
    setImage(target).map((action): Actions => [{ do: 'pause', target }, action, { do: 'resume', target }]),
    fc.constant<Actions>([{ do: 'restart', target }, { do: 'undo', target }]),
  )
}
