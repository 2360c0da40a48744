/**
 * What names, keys and values may look like. Each answers with upstream's complaints, none when it is fine.
 * Sources: apimachinery `pkg/util/validation/validation.go`, `pkg/api/validate/content/*.go`,
 * `pkg/api/validation/generic.go`.
 */
import { byteLength } from '../text.js'

export type Complaints = readonly string[]

const fine: Complaints = []

/** `RegexError`. */
export const regexError = (message: string, pattern: string, ...examples: readonly string[]): string =>
  examples.length === 0
    ? `${message} (regex used for validation is '${pattern}')`
    : `${message} (e.g. ${examples.map((one) => `'${one}'`).join(',  or ')}, ` +
      `regex used for validation is '${pattern}')`

export const mustBeNonEmpty = 'must be non-empty'
export const maxLengthError = (length: number): string => `must be no more than ${length} characters`
const maxBytesError = (length: number): string => `must be no more than ${length} bytes`
export const rangeError = (low: number, high: number): string =>
  `must be between ${low} and ${high}, inclusive`

/** Compiles a format once and judges text by it. */
function format(pattern: string, most: number, message: string, ...examples: readonly string[]) {
  const expression = new RegExp(`^(?:${pattern})$`)
  const complaint = regexError(message, pattern, ...examples)
  return (text: string): Complaints => {
    const long = byteLength(text) > most
    if (expression.test(text)) return long ? [maxLengthError(most)] : fine
    return long ? [maxLengthError(most), complaint] : [complaint]
  }
}

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = `${label}(\\.${label})*`
const subdomainExpression = new RegExp(`^${subdomain}$`)
const alphanumericEnds = 'and must start and end with an alphanumeric character'

const dns1123Label = format(label, 63,
  `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${alphanumericEnds}`,
  'my-name', '123-abc')

export const isDNS1123Label = (text: string): Complaints => {
  const complaints = dns1123Label(text)
  return complaints.length > 0 && text.includes('.') && subdomainExpression.test(text)
    ? [...complaints.slice(0, -1), 'must not contain dots']
    : complaints
}

export const isDNS1123Subdomain = format(subdomain, 253,
  'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, ' +
  `'-' or '.', ${alphanumericEnds}`, 'example.com')

export const isDNS1035Label = format('[a-z]([-a-z0-9]*[a-z0-9])?', 63,
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', " +
  'start with an alphabetic character, and end with an alphanumeric character', 'my-name', 'abc-123')

const keyName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const keyNameExpression = new RegExp(`^${keyName}$`)
const keyNameError = regexError(
  `must consist of alphanumeric characters, '-', '_' or '.', ${alphanumericEnds}`,
  keyName, 'MyName', 'my.name', '123-abc')

/** A qualified name: a label key, an annotation key, a finalizer. */
export function isLabelKey(text: string): Complaints {
  const parts = text.split('/')
  if (parts.length > 2) {
    return [`a valid label key ${keyNameError} with an optional DNS subdomain prefix and '/' ` +
      "(e.g. 'example.com/MyName')"]
  }
  const complaints: string[] = []
  const name = parts[parts.length - 1] ?? ''
  if (parts.length === 2) {
    const prefix = parts[0] ?? ''
    if (prefix === '') complaints.push(`prefix part ${mustBeNonEmpty}`)
    else complaints.push(...asBytes(isDNS1123Subdomain(prefix)).map((one) => `prefix part ${one}`))
  }
  if (name === '') complaints.push(`name part ${mustBeNonEmpty}`)
  else if (byteLength(name) > 63) complaints.push(`name part ${maxBytesError(63)}`)
  if (!keyNameExpression.test(name)) complaints.push(`name part ${keyNameError}`)
  return complaints
}

const asBytes = (complaints: Complaints): Complaints =>
  complaints.map((one) => one.replace(/^must be no more than (\d+) characters$/, 'must be no more than $1 bytes'))

const labelValue = format(`(${keyName})?`, 63,
  'a valid label must be an empty string or consist of alphanumeric characters, ' +
  `'-', '_' or '.', ${alphanumericEnds}`, 'MyValue', 'my_value', '12345')

export const isLabelValue = (text: string): Complaints => {
  const complaints = labelValue(text)
  return complaints.length === 0 ? fine : asBytes(complaints)
}

export const isCIdentifier = format('[A-Za-z_][A-Za-z0-9_]*', Infinity,
  "a valid C identifier must start with alphabetic character or '_', " +
  "followed by a string of alphanumeric characters or '_'", 'my_name', 'MY_NAME', 'MyName')

const configMapKey = format('[-._a-zA-Z0-9]+', 253,
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  'key.name', 'KEY_NAME', 'key-name')

export function isConfigMapKey(text: string): Complaints {
  const complaints = configMapKey(text)
  const climbs = text === '.' || text === '..' ? `must not be '${text}'`
    : text.startsWith('..') ? "must not start with '..'" : undefined
  return climbs === undefined ? complaints : [...complaints, climbs]
}

export const isHTTPHeaderName = format('[-A-Za-z0-9]+', Infinity,
  "a valid HTTP header must consist of alphanumeric characters or '-'", 'X-Header-Name')

export const isPercentText = format('[0-9]+%', Infinity,
  "a valid percent string must be a numeric string followed by an ending '%'", '1%', '93%')

/** `IsRelaxedEnvVarName`. */
export const isEnvVarName = (text: string): Complaints =>
  text === '' ? [`environment variable name ${mustBeNonEmpty}`]
    : /^[\x20-\x3c\x3e-\x7e]*$/.test(text) ? fine
      : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]

export const isPortNumber = (port: number): Complaints =>
  port >= 1 && port <= 65535 ? fine : [rangeError(1, 65535)]

export function isPortName(text: string): Complaints {
  const complaints: string[] = []
  if (byteLength(text) > 15) complaints.push(maxLengthError(15))
  if (!/^[-a-z0-9]+$/.test(text)) {
    complaints.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  }
  if (!/[a-z]/.test(text)) complaints.push('must contain at least one letter (a-z)')
  if (text.includes('--')) complaints.push('must not contain consecutive hyphens')
  if (text.startsWith('-') || text.endsWith('-')) complaints.push('must not begin or end with a hyphen')
  return complaints
}

/** A rule for `metadata.name`; with `prefix` for `generateName`, whose last dash the suffix will hide. */
export type NameRule = (name: string, prefix: boolean) => Complaints

const nameRule = (judge: (name: string) => Complaints): NameRule => (name, prefix) =>
  judge(prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name)

export const nameIsDNSSubdomain = nameRule(isDNS1123Subdomain)
export const nameIsDNSLabel = nameRule(isDNS1123Label)
export const nameIsDNS1035Label = nameRule(isDNS1035Label)

/** `IsPathSegmentName`: anything that fits into a URL path. */
export const nameIsPathSegment: NameRule = (name, prefix) => {
  if (!prefix && (name === '.' || name === '..')) return [`may not be '${name}'`]
  return ['/', '%'].filter((sign) => name.includes(sign)).map((sign) => `may not contain '${sign}'`)
}
