/** What a report says of the input: what nothing looked at, what was taken for granted. Blocks, none where there is nothing. */
import { pc } from './colours.js'
import type { NotModelled } from './verdict.js'
import { wrap } from './words.js'

/** A list that does not run over the page. */
export const some = (items: readonly string[], most: number): string =>
  `${items.slice(0, most).join(', ')}${items.length > most ? `, and ${items.length - most} more` : ''}`

export const inputText = (
  { notModelled, assumed }: { readonly notModelled: readonly NotModelled[]; readonly assumed: readonly string[] },
): readonly string[] => [
  ...(notModelled.length === 0 ? [] : [[
    pc.bold('Accepted, not modelled:'),
    ...notModelled.map(({ kind, field, count }) => `  ${kind}${field === undefined ? '' : ` ${field}`}  ${pc.dim(`× ${count}`)}`),
  ].join('\n')]),
  ...(assumed.length === 0 ? []
    : [`${pc.bold('Assumed to be there, since the input does not bring it:')}\n${wrap(some(assumed, 12), '  ')}`]),
]
