import { Composer, Parser } from 'yaml'
import type { CST, Document, Node, ParsedNode } from 'yaml'
import { fileTooLarge, limits } from './limits.js'
import type { InputError, ManifestErrorCode, Place } from './input-error.js'
import { splitJson } from './json-stream.js'
import { adviseSyntax } from './yaml-advice.js'

/** A text with a name, as read from a file or from stdin. */
export type SourceText = { readonly file: string; readonly text: string }

/** One document of a file as a tree with offsets; `root` is undefined where the document is empty. */
export type YamlDocument = {
  readonly file: string
  readonly root: Node | undefined
  /** The place of an offset of the tree. */
  readonly placeOf: (offset: number) => Place
  /** Place of the document's first value, or of its start where it has none. */
  readonly start: Place
}

export type Documents = {
  readonly documents: readonly YamlDocument[]
  readonly errors: readonly InputError[]
}

// Scalars stay text here: what they mean is decided by yaml-scalar.ts, by kubectl's rules. The package's own
// test for unique keys is quadratic, so duplicates are found while values are read.
const options = {
  schema: 'failsafe', uniqueKeys: false, prettyErrors: false, merge: false, logLevel: 'silent',
} as const

/**
 * Documents of a YAML or JSON text. A document that is not YAML, too large or too deep becomes one error and
 * the others are kept. Depth is measured on the flat token tree, since composing is recursive.
 */
export const composeDocuments = ({ file, text }: SourceText): Documents => {
  const placeOf = placesIn(text)
  const refuse = (code: ManifestErrorCode, message: string, offset: number, next: string): Documents =>
    ({ documents: [], errors: [{ code, message, file, ...placeOf(offset), next }] })
  if (text.length > limits.fileBytes) {
    return refuse('E_FILE_TOO_LARGE', fileTooLarge.message, 0, fileTooLarge.next)
  }
  const control = text.search(controlCharacter)
  if (control >= 0) {
    const sign = (text.codePointAt(control) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return refuse('E_NOT_TEXT', `the file is not text: control character U+${sign} is not allowed`, control,
      'Pass YAML or JSON files in UTF-8.')
  }
  const parts = splitJson(text).map(([from, to]) => composePart(file, text.slice(from, to), from, placeOf))
  return { documents: parts.flatMap((part) => part.documents), errors: parts.flatMap((part) => part.errors) }
}

 
const controlCharacter = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/

const composePart = (
  file: string, text: string, base: number, place: (offset: number) => Place
): Documents => {
  const placeOf = (offset: number): Place => place(base + offset)
  const documents: YamlDocument[] = []
  const errors: InputError[] = []
  const take = (document: Document.Parsed<ParsedNode>): void => {
    const [problem] = document.errors
    if (problem !== undefined) errors.push(syntaxError(file, text, problem, placeOf))
    else {
      const root: Node | undefined = document.contents ?? undefined
      documents.push({ file, root, placeOf, start: placeOf(root?.range?.[0] ?? document.range[0]) })
    }
  }
  const composer = new Composer<ParsedNode>(options)
  for (const token of new Parser().parse(text)) {
    const deep = token.type === 'document' ? tooDeep(token) : undefined
    if (deep !== undefined) errors.push(depthError(file, placeOf(deep)))
    else for (const document of composer.next(token)) take(document)
  }
  for (const document of composer.end()) take(document)
  return { documents, errors }
}

const depthError = (file: string, place: Place): InputError => ({
  code: 'E_YAML_DEPTH', file, ...place,
  message: `lists and maps are nested more than ${limits.depth} deep`,
  next: 'Check the indentation and brackets here: no Kubernetes object is that deep.',
})

/** Offset of the first token that is nested too deep. Walks with a list of its own, never by recursion. */
const tooDeep = (document: CST.Document): number | undefined => {
  let level: (CST.Token | null | undefined)[] = [document.value]
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: (CST.Token | null | undefined)[] = []
    for (const token of level) {
      if (token === null || token === undefined || !('items' in token)) continue
      if (depth >= limits.depth) return token.offset
      for (const item of token.items) next.push(item.key, item.value)
    }
    level = next
  }
  return undefined
}

type Problem = { readonly message: string; readonly pos: readonly [number, number] }

const syntaxError = (
  file: string, text: string, { message, pos: [offset] }: Problem, placeOf: (offset: number) => Place
): InputError => ({
  code: 'E_YAML_SYNTAX', file, ...placeOf(Math.min(offset, text.length)),
  message: `the document is not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
  next: adviseSyntax(text, offset, message),
})

const placesIn = (text: string): ((offset: number) => Place) => {
  let starts: number[] | undefined
  return (offset) => {
    starts ??= lineStarts(text)
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

const lineStarts = (text: string): number[] => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
