/** What a report says of the input: what nothing looked at, what was taken for granted. Blocks, none where there is nothing. */
import { pc } from './colours.js'
import type { NotModelled } from './verdict.js'
import { wrap } from './words.js'

/** What a report is told of the input. */
export interface OfInput {
  readonly notModelled: readonly NotModelled[]
  readonly assumed: readonly string[]
  /** Images that neither the catalogue nor the user knows. */
  readonly unknownImages?: readonly string[]
}

/** A list that does not run over the page. */
export const some = (items: readonly string[], most: number): string =>
  `${items.slice(0, most).join(', ')}${items.length > most ? `, and ${items.length - most} more` : ''}`

export const inputText = ({ notModelled, assumed, unknownImages = [] }: OfInput): readonly string[] => [
  ...(notModelled.length === 0 ? [] : [[
    pc.bold('Accepted, not modelled:'),
    ...notModelled.map(({ kind, field, count }) => `  ${kind}${field === undefined ? '' : ` ${field}`}  ${pc.dim(`× ${count}`)}`),
  ].join('\n')]),
  ...(assumed.length === 0 ? []
    : [`${pc.bold('Assumed to be there, since the input does not bring it:')}\n${wrap(some(assumed, 12), '  ')}`]),
  ...(unknownImages.length === 0 ? []
    : [`${pc.bold('Images that nothing is known of, taken to behave well (docs/images.md):')}\n${
      wrap(some(unknownImages, 12), '  ')}`]),
]
