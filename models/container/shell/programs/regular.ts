/**
 * Models: regular expressions, basic and extended (Base Definitions, 9), as JavaScript's
 * Reads: nothing
 * Writes: nothing
 * Omits: collating symbols; the longest alternative (the first one that matches is taken)
 */

import { classes } from '../pattern.js'

/** The expression of a text; nothing where it is none. */
export function regular(text: string, isExtended: boolean, flags = ''): RegExp | undefined {
  try {
    return new RegExp(source(text, isExtended), flags)
  } catch {
    return undefined
  }
}

export const fixed = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const tokens = /\[\^?\]?(?:\[:\w+:\]|[^\]])*\]|\\[^]|[^]/g

/** Which characters are special with a backslash and which without is what the two kinds differ by. */
function source(text: string, isExtended: boolean): string {
  let before = ''
  return [...text.matchAll(tokens)].map(([token]) => {
    const converted = one(token, isExtended, before)
    before = token
    return converted
  }).join('')
}

function one(token: string, isExtended: boolean, before: string): string {
  if (token.startsWith('[') && token.length > 1) return bracket(token)
  const isEscaped = token.length === 2
  const character = token.at(-1) ?? ''
  if ('+?(){}|'.includes(character)) return isEscaped === isExtended ? `\\${character}` : character
  // At the beginning of a basic expression a star is a star.
  if (token === '*' && !isExtended && (before === '' || before === '\\(' || before === '^')) return '\\*'
  if (isEscaped)
    return /[1-9bBwWsSdDnt.*[\]^$/\\]/.test(character)
      ? token
      : character === '<' || character === '>'
        ? '\\b'
        : fixed(character)
  return token
}

const bracket = (token: string): string => {
  const [, not = '', inside = ''] = /^\[(\^?)([^]*)\]$/.exec(token) ?? []
  const members = inside.replace(/\[:(\w+):\]|[\\[\]]/g, (text, name?: string) =>
    (name === undefined ? `\\${text}` : classes[name] ?? ''))
  return `[${not}${members}]`
}
