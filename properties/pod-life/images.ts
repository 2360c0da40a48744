/** Images that a container waits for, from the KubeEvents about them. */
import type { Told } from '../kube-events/index.js'
import type { Chronicler, Happening } from './event.js'

export const chronicleImages =
  (told: readonly Told[]): Chronicler =>
  ({ step }) =>
    told
      .filter(({ n }) => n === step.n)
      .flatMap(({ reason, message, about: { fieldPath } }): readonly Happening[] => {
        const lane = /\{(.*)\}$/.exec(fieldPath ?? '')?.[1] ?? ''
        if (reason === 'Pulling')
          return [
            {
              lane,
              text: `waits for its image: ${/"(.*)"/.exec(message)?.[1] ?? ''} is pulled`,
              becomes: 'waits',
              tells: ['Pulling'],
            },
          ]
        const took = /^Successfully pulled image .* \((.*) including waiting\)/.exec(message)?.[1]
        return reason === 'Pulled' && took !== undefined
          ? [{ lane, text: `has its image, after ${took}`, tells: ['Pulled'] }]
          : []
      })
