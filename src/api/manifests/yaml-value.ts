import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Alias, Node, Scalar, YAMLMap } from 'yaml'
import type { Json } from '../types/json.js'
import { AliasBudget } from './alias-budget.js'
import type { InputError, ManifestErrorCode } from './input-error.js'
import { limits } from './limits.js'
import { childPath } from './paths.js'
import type { FieldPath } from './paths.js'
import { templateAdvice } from './yaml-advice.js'
import type { YamlDocument } from './yaml-documents.js'
import { offsetOf } from './yaml-places.js'
import { keyText, resolvePlain, resolveTagged } from './yaml-scalar.js'
import type { Resolved } from './yaml-scalar.js'

export type ReadValue = {
  readonly value: Json | undefined
  readonly errors: readonly InputError[]
  /** The value that an alias stands for; undefined where it was not read. */
  readonly targetOf: (alias: Alias) => Node | undefined
}

/**
 * The JSON that kubectl makes of a YAML document: scalars by its rules, aliases put in place, merge keys
 * applied in their order. A field given twice is an error here as it is in the API server (kubectl's own
 * conversion keeps the last). `value` is undefined where the document could not be read to its end.
 * Source: go.yaml.in/yaml/v2 `decode.go`, sigs.k8s.io/yaml `convertToJSONableObject`.
 */
export const readValue = (document: YamlDocument): ReadValue => {
  const reader = new ValueReader(document)
  const targetOf = (alias: Alias): Node | undefined => reader.targets.get(alias)
  try {
    return { value: reader.read(document.root, ''), errors: reader.errors, targetOf }
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem
    return { value: undefined, errors: [...reader.errors, problem.error], targetOf }
  }
}

/** Ends the reading of one document; never leaves this file. */
class Unreadable extends Error {
  constructor(readonly error: InputError) {
    super(error.message)
  }
}

/** Assigning `__proto__` would change the object's prototype instead of adding a field. */
const assign = (target: Record<string, Json>, key: string, value: Json): void => {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  } else target[key] = value
}

class ValueReader {
  readonly errors: InputError[] = []
  /** An anchor's name may be given again later; what an alias met first is what it means. */
  readonly targets = new Map<Alias, Node>()
  readonly #anchors = new Map<string, Node>()
  readonly #open = new Set<Node>()
  readonly #budget = new AliasBudget()
  #depth = 0
  #aliasDepth = 0

  constructor(readonly document: YamlDocument) {}

  read(node: unknown, path: FieldPath): Json {
    this.#count(node)
    if (isScalar(node)) return this.#scalar(node, path)
    if (isMap(node)) return this.#collection(node, () => this.#map(node, path))
    if (isSeq(node)) {
      const read = (item: unknown, index: number): Json => this.read(item, childPath(path, index))
      return this.#collection(node, () => node.items.map(read))
    }
    return isAlias(node) ? this.#alias(node, path) : null
  }

  #scalar(node: Scalar, path: FieldPath): Json {
    this.#anchor(node)
    const { tag, value } = this.#resolve(node, path)
    if (tag === 'float' && !Number.isFinite(value)) {
      this.#report('E_YAML_VALUE', node, path, `\`${this.#text(node)}\` has no meaning in JSON`,
        'Write a finite number, or quote the value if text is meant.')
      return null
    }
    return value
  }

  #resolve(node: Scalar, path: FieldPath): Resolved {
    const text = this.#text(node)
    if (node.tag === undefined && node.type === 'PLAIN') return resolvePlain(text)
    if (node.tag === undefined) return { tag: 'str', value: text }
    const found = resolveTagged(node.tag, text)
    if ('tag' in found) return found
    this.#report('E_YAML_VALUE', node, path, found.problem, 'Remove the tag, or write plain text.')
    return { tag: 'null', value: null }
  }

  /** The failsafe schema leaves scalars as text, those with a tag such as !!timestamp excepted. */
  #text(node: Scalar): string {
    return typeof node.value === 'string' ? node.value : node.source ?? ''
  }

  #collection(node: Node, read: () => Json): Json {
    this.#anchor(node)
    // The tree itself was measured before; aliases can make it deeper than the text.
    if (this.#depth >= limits.depth) {
      throw this.#unreadable('E_YAML_DEPTH', node, `aliases nest values more than ${limits.depth} deep`,
        'Write the values out instead of referring to them.')
    }
    this.#depth += 1
    this.#open.add(node)
    const value = read()
    this.#open.delete(node)
    this.#depth -= 1
    return value
  }

  #map(node: YAMLMap, path: FieldPath): Json {
    const fields: Record<string, Json> = {}
    const written = new Set<string>()
    for (const { key, value } of node.items) {
      if (isMergeKey(key)) {
        this.#merge(value, fields, path)
        continue
      }
      const name = this.#key(key, path)
      const fieldPath = childPath(path, name)
      if (written.has(name)) {
        this.#report('E_DUPLICATE_FIELD', key, fieldPath,
          `strict decoding error: duplicate field "${fieldPath}"`,
          'Keep one of the two: kubectl would use the last and drop the first silently.')
      }
      written.add(name)
      assign(fields, name, this.read(value, fieldPath))
    }
    return fields
  }

  #key(key: unknown, path: FieldPath): string {
    if (isAlias(key)) return this.#key(this.#target(key), path)
    if (isScalar(key)) {
      this.#anchor(key)
      const name = keyText(this.#resolve(key, path))
      if (name !== undefined) return name
    }
    const isTemplate = isMap(key) && key.flow === true
    throw this.#unreadable('E_YAML_KEY', key,
      `a ${isScalar(key) ? 'null' : 'list or map'} cannot be the key of a map`,
      isTemplate ? templateAdvice : 'Write the key as text, in quotes if need be.')
  }

  /** Later entries win, merged or written: upstream applies `<<` where it stands. */
  #merge(value: unknown, fields: Record<string, Json>, path: FieldPath): void {
    const sources = isSeq(value) ? [...value.items].reverse() : [value]
    for (const source of sources) {
      const merged = isMap(source) || isAlias(source) ? this.read(source, path) : null
      if (merged === null || typeof merged !== 'object' || Array.isArray(merged)) {
        throw this.#unreadable('E_YAML_VALUE', source,
          'map merge requires map or sequence of maps as the value',
          'Give << an alias of a map, as in "<<: *defaults".')
      }
      for (const [name, field] of Object.entries(merged)) assign(fields, name, field ?? null)
    }
  }

  #alias(node: Alias, path: FieldPath): Json {
    const target = this.#target(node)
    if (this.#open.has(target)) {
      throw this.#unreadable('E_YAML_ALIAS', node, `anchor '${node.source}' value contains itself`,
        'Write the value out: a Kubernetes object cannot contain itself.')
    }
    this.#aliasDepth += 1
    const value = this.read(target, path)
    this.#aliasDepth -= 1
    return value
  }

  #target(node: Alias): Node {
    const target = this.targets.get(node) ?? this.#anchors.get(node.source)
    if (target !== undefined) {
      this.targets.set(node, target)
      return target
    }
    throw this.#unreadable('E_YAML_ALIAS', node, `unknown anchor '${node.source}' referenced`,
      `Mark the value with &${node.source} before this line, or quote the text if no alias is meant.`)
  }

  #anchor(node: Node): void {
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    if (anchor !== undefined && this.#aliasDepth === 0) this.#anchors.set(anchor, node)
  }

  #count(node: unknown): void {
    if (this.#budget.allows(this.#aliasDepth > 0)) return
    throw this.#unreadable('E_YAML_ALIAS', node, 'document contains excessive aliasing',
      'Write the values out: the aliases of this document multiply each other.')
  }

  #report(code: ManifestErrorCode, node: unknown, field: FieldPath, message: string, next: string): void {
    this.errors.push({ ...this.#error(code, node, message, next), ...(field === '' ? {} : { field }) })
  }

  #unreadable(code: ManifestErrorCode, node: unknown, message: string, next: string): Unreadable {
    return new Unreadable(this.#error(code, node, message, next))
  }

  #error(code: ManifestErrorCode, node: unknown, message: string, next: string): InputError {
    const place = this.document.placeOf(offsetOf(node) ?? offsetOf(this.document.root) ?? 0)
    return { code, message, file: this.document.file, ...place, next }
  }
}

const isMergeKey = (key: unknown): boolean =>
  isScalar(key) && key.value === '<<' && (key.type === 'PLAIN' || key.tag === 'tag:yaml.org,2002:merge')
