import type { Json } from '../types/json.js'
import type { Fields, FieldType } from './kinds.js'
import type { FieldPath } from './paths.js'
import { nearest, placeOfField } from './suggest.js'

/** The kind that is spoken of; `type` is absent for custom resources, whose fields are not known. */
export type Subject = { readonly kind: string; readonly type?: string }

/** Next step for a field that its object does not have. */
export const adviseUnknown = (subject: Subject, path: FieldPath, name: string, fields: Fields): string => {
  const near = nearest(name, fields.keys())
  if (near !== undefined) return `Did you mean "${near}"?`
  const elsewhere = subject.type === undefined ? undefined : placeOfField(subject.type, name)
  if (elsewhere !== undefined) return `Did you mean ${elsewhere}? Move it there.`
  const parent = path.slice(0, Math.max(0, path.length - name.length - 1))
  return `Remove it, or look up the fields here with "${explain(subject, parent)}".`
}

/** Next step for a value of a wrong type. `source` is the value as the file has it. */
export const adviseType = (
  value: Json, type: FieldType, subject: Subject, path: FieldPath, source?: string
): string => {
  const name = /([^.[\]]+)(\[\d+\])*$/.exec(path)?.[1] ?? path
  switch (type.is) {
    case 'list': return `Write a list under ${name}: start each item with "- ".`
    case 'map': case 'object':
      return Array.isArray(value) && value.length > 0
        ? `Write fields under ${name}, without "- " before them.`
        : `Write fields under ${name}, or remove it; "${explain(subject, path)}" lists them.`
    case 'value':
      if (type.code === 's') return adviseText(name, value, source)
      if (/[ilx]/.test(type.code)) return adviseNumber(name, value, type.code === 'l' ? 64 : 32)
      return adviseOther(name, type.code)
  }
}

const adviseText = (name: string, value: Json, source: string | undefined): string => {
  if (typeof value === 'object') return `Write text for ${name}, in quotes if need be.`
  const written = source ?? String(value)
  const meaning = written === String(value) ? '' : `YAML reads ${written} as ${String(value)}. `
  return `${meaning}Quote the value if text is meant: "${written}".`
}

const adviseNumber = (name: string, value: Json, bits: 32 | 64): string => {
  if (typeof value === 'string' && /^0[0-7]+$/.test(value) && isModeName(name)) {
    return `Remove the quotes: ${name}: ${value} (YAML reads it as octal, ${parseInt(value, 8)}).`
  }
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return `Remove the quotes: ${name}: ${value}`
  if (typeof value === 'number' && Number.isInteger(value)) return `Write a number of ${bits} bits.`
  return `Write a whole number for ${name}.`
}

const adviseOther = (name: string, code: string): string => {
  switch (code) {
    case 'b': return `Write true or false for ${name}, without quotes.`
    case 't': return `Write a time as in 2026-01-31T12:00:00Z for ${name}, or remove it.`
    case 'y': return 'Encode the value with base64, or put it under stringData as it is.'
    case 'q': return 'Write a number with a unit such as 100m, 1, 64Mi or 1Gi.'
    default: return `Write a number for ${name}.`
  }
}

const isModeName = (name: string): boolean => /mode$/i.test(name)

/** Next step for a file mode outside of 0 to 0777; `0888` is read as decimal since 8 is no octal digit. */
export const adviseMode = (name: string, value: number, source: string | undefined): string => {
  if (source !== undefined && /^0\d*[89]/.test(source)) {
    return `${source} is not octal (digits 0 to 7) and means ${value}: write a mode such as ${name}: 0644.`
  }
  const digits = String(value)
  if (/^[0-7]{3}$/.test(digits)) {
    return `${digits} is decimal here: write ${name}: 0${digits} in YAML, or ${parseInt(digits, 8)} in JSON.`
  }
  return `Write an octal mode such as ${name}: 0644 in YAML, or 420 in JSON.`
}

/** What upstream says of a value, and what to do about it, where that is more than to look up the field. */
const remedies: readonly (readonly [says: RegExp, next: string])[] = [
  [/may not specify more than 1 handler type$/, 'Keep one handler: a probe or hook does one thing.'],
  [/must specify a handler type$/, 'Say what it does: exec, httpGet, tcpSocket or, for a probe, grpc, for a hook, sleep.'],
  [/may not specify more than 1 volume type$/, 'Keep one source, and give the other a volume of its own.'],
  [/may not specify more than 1 volume type per source$/, 'Write each of them as an item of sources of its own.'],
  [/conflicting duplicate paths$/, 'Give each file a path of its own.'],
  [/must be non-negative and less than terminationGracePeriodSeconds/,
    'Sleep for so long at most, or raise terminationGracePeriodSeconds of the pod.'],
  [/\.volumeMounts\[\d+\]\.name: Not found: /, 'Name a volume that stands under volumes of the pod, or add it there.'],
  [/\.name: Duplicate value: /, 'Give each a name of its own.'],
  [/\.hostPort: Duplicate value: /, 'Take another hostPort, or leave it out: Services need none.'],
  [/\.mountPath: .* must be unique$/, 'Mount one of the two elsewhere.'],
  [/may not be set for init containers without restartPolicy=Always$/,
    'Remove it, or write restartPolicy: Always to make the init container a sidecar.'],
]

/** Next step for a value that validation refuses; `message` is upstream's, with the field before it. */
export const adviseInvalid = (subject: Subject, path: FieldPath, message: string): string =>
  remedies.find(([says]) => says.test(message))?.[1]
  ?? `Correct ${path === '' ? 'the object' : path}; "${explain(subject, path)}" says what it takes.`

/** The command that documents a field; indexes and keys of maps are no part of it. */
export const explain = ({ kind }: Subject, path: FieldPath): string => {
  const parts = [kind.toLowerCase(), path.replace(/\[[^\]]*\]/g, '')]
  return `kubectl explain ${parts.filter((part) => part !== '').join('.')}`
}
