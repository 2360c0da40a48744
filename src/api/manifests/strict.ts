import * as either from 'fp-ts/lib/Either.js'
import { parseQuantity, wrongFormat } from '../quantity.js'
import type { Json, JsonObject } from '../types/json.js'
import { adviseMode, adviseType, adviseUnknown } from './advice.js'
import type { Subject } from './advice.js'
import { isList, isObject } from './json.js'
import { fieldsOf, goTypeOf, goWords, metadataType } from './kinds.js'
import type { FieldType, Kind } from './kinds.js'
import { childPath } from './paths.js'
import type { FieldPath } from './paths.js'

/** One field that the API server would refuse; `next` is told how the value is written in the file. */
export type Finding = {
  readonly code: 'E_UNKNOWN_FIELD' | 'E_WRONG_TYPE' | 'E_FILE_MODE'
  readonly field: FieldPath
  /** Upstream's words, without the "Deployment in version … cannot be handled as …" before them. */
  readonly message: string
  readonly next: (source: string | undefined) => string
}

/**
 * Every unknown field and every value of a wrong type of an object, in upstream's words: the strict decoder
 * collects the former and stops at the first of the latter, here nothing stops. `null` fits everywhere.
 * Source: sigs.k8s.io/json `json.go`, apimachinery `pkg/runtime/serializer/json`.
 */
export const checkFields = (value: JsonObject, kind: Kind): readonly Finding[] => {
  const checker = new Checker(kind)
  checker.object(value, kind.type, { path: '', goPath: '' })
  return checker.findings
}

/** The same for the metadata of a custom resource: no more of its fields is known without its definition. */
export const checkMetadata = (value: JsonObject, kind: string): readonly Finding[] => {
  const checker = new Checker({ kind })
  const type: FieldType = { is: 'object', type: metadataType }
  const metadata = value['metadata'] ?? null
  checker.value(metadata, type, { path: 'metadata', goPath: 'metadata', owner: kind, name: 'metadata' })
  return checker.findings
}

/** Where a check is: the path shown, and Go's own, which names struct fields only and no index. */
type At = {
  readonly path: FieldPath
  readonly goPath: string
  /** Go's name of the struct that holds the field, and the field. */
  readonly owner?: string
  readonly name?: string
}

class Checker {
  readonly findings: Finding[] = []
  constructor(readonly subject: Subject) {}

  object(value: JsonObject, type: string, at: At): void {
    const fields = fieldsOf(type)
    for (const [name, field] of Object.entries(value)) {
      const path = childPath(at.path, name)
      const known = fields.get(name)
      if (known === undefined) {
        this.findings.push({
          code: 'E_UNKNOWN_FIELD', field: path, message: `strict decoding error: unknown field "${path}"`,
          next: () => adviseUnknown(this.subject, path, name, fields),
        })
      } else if (field !== undefined) {
        const goPath = childPath(at.goPath, name)
        this.value(field, known, { path, goPath, owner: goTypeOf(type).name, name })
      }
    }
  }

  value(value: Json, type: FieldType, at: At): void {
    if (value === null) return
    switch (type.is) {
      case 'value': this.single(value, type, at); return
      case 'object':
        if (isObject(value)) this.object(value, type.type, at)
        else this.wrongType(value, type, at)
        return
      case 'list':
        if (isList(value)) value.forEach((item, index) => { this.value(item, type.of, inside(at, index)) })
        else this.wrongType(value, type, at)
        return
      case 'map':
        if (isObject(value)) {
          for (const [key, item] of Object.entries(value)) this.value(item ?? null, type.of, inside(at, key))
        } else this.wrongType(value, type, at)
    }
  }

  single(value: Json, type: FieldType & { is: 'value' }, at: At): void {
    const problem = problemWith(value, type)
    if (problem === wrongKind) this.wrongType(value, type, at)
    else if (problem !== undefined) {
      this.report('E_WRONG_TYPE', at, problem, () => adviseType(value, type, this.subject, at.path))
    } else if (type.code === 'i' && isMode(at) && typeof value === 'number' && (value < 0 || value > 0o777)) {
      this.report('E_FILE_MODE', at, `${at.path}: Invalid value: ${value}: ${modeRule}`,
        (source) => adviseMode(at.name ?? '', value, source))
    }
  }

  wrongType(value: Json, type: FieldType, at: At): void {
    const literal = typeof value === 'number' && isNumeric(type) ? ` ${value}` : ''
    const message = `json: cannot unmarshal ${jsonWord(value)}${literal} into Go struct field ` +
      `${at.owner ?? ''}.${at.goPath} of type ${goWords(type)}`
    this.report('E_WRONG_TYPE', at, message,
      (source) => adviseType(value, type, this.subject, at.path, source))
  }

  report(code: Finding['code'], at: At, message: string, next: Finding['next']): void {
    this.findings.push({ code, field: at.path, message, next })
  }
}

const inside = (at: At, key: string | number): At => ({ ...at, path: childPath(at.path, key) })

const isNumeric = (type: FieldType): boolean => type.is === 'value' && /[ilx]/.test(type.code)

const jsonWord = (value: Json): string => {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return value === null ? 'null' : typeof value
}

/** Source: apis/core/validation `fileModeErrorMsg`. */
const modeRule = 'must be a number between 0 and 0777 (octal), both inclusive'

const wrongKind = Symbol('a value of another kind')

/** Nothing where it fits, `wrongKind` for Go's general sentence, or the sentence of a decoder of its own. */
const problemWith = (
  value: Json, { code }: FieldType & { is: 'value' }
): string | typeof wrongKind | undefined => {
  switch (code) {
    case '*': return undefined
    case 's': return typeof value === 'string' ? undefined : wrongKind
    case 'b': return typeof value === 'boolean' ? undefined : wrongKind
    case 'i': return isWhole(value, 2 ** 31) ? undefined : wrongKind
    case 'l': return isWhole(value, 2 ** 63) ? undefined : wrongKind
    case 'd': return typeof value === 'number' ? undefined : wrongKind
    case 'x': return typeof value === 'string' || isWhole(value, 2 ** 31) ? undefined : wrongKind
    case 't': return typeof value === 'string' ? problemWithTime(value) : wrongKind
    case 'y': return typeof value === 'string' ? problemWithBase64(value) : wrongKind
    case 'q': return problemWithQuantity(value)
  }
}

const isWhole = (value: Json, limit: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= -limit && value < limit

const rfc3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/

const problemWithTime = (text: string): string | undefined =>
  rfc3339.test(text) ? undefined : `parsing time "${text}" as "2006-01-02T15:04:05Z07:00"`

const problemWithBase64 = (text: string): string | undefined => {
  const plain = text.replace(/[\r\n]/g, '')
  const wrong = plain.search(/[^A-Za-z0-9+/=]/)
  if (wrong >= 0) return `illegal base64 data at input byte ${wrong}`
  return /^(?:.{4})*(?:..==|...=)?$/.test(plain) && /^[^=]*={0,2}$/.test(plain)
    ? undefined
    : `illegal base64 data at input byte ${plain.length}`
}

const problemWithQuantity = (value: Json): string | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number') return wrongFormat
  const parsed = parseQuantity(typeof value === 'string' ? value.trim() : value)
  return either.isLeft(parsed) ? parsed.left : undefined
}

/** Every `defaultMode` is a file mode, and so is every int32 `mode` (KeyToPath, DownwardAPIVolumeFile). */
const isMode = ({ name }: At): boolean => name === 'defaultMode' || name === 'mode'
