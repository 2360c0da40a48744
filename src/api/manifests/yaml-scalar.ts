/**
 * What an unquoted YAML scalar means to kubectl: `yes` is true, `0644` is 420, `1:30` and dates are text.
 * Source: go.yaml.in/yaml/v2 `resolve.go` (YAML 1.1 with its own exceptions), as sigs.k8s.io/yaml uses it.
 */
export type Resolved = {
  readonly tag: 'null' | 'bool' | 'int' | 'float' | 'str'
  readonly value: string | number | boolean | null
}

const wordsFor = (found: Resolved, spellings: string): readonly (readonly [string, Resolved])[] =>
  spellings.split(' ').map((word) => [word, found] as const)

const words: ReadonlyMap<string, Resolved> = new Map([
  ...wordsFor({ tag: 'bool', value: true }, 'y Y yes Yes YES true True TRUE on On ON'),
  ...wordsFor({ tag: 'bool', value: false }, 'n N no No NO false False FALSE off Off OFF'),
  ...wordsFor({ tag: 'null', value: null }, '~ null Null NULL'),
  ...wordsFor({ tag: 'float', value: NaN }, '.nan .NaN .NAN'),
  ...wordsFor({ tag: 'float', value: Infinity }, '.inf .Inf .INF +.inf +.Inf +.INF'),
  ...wordsFor({ tag: 'float', value: -Infinity }, '-.inf -.Inf -.INF'),
])

const startsLikeValue = /^[-+.0-9yYnNtTfFoO~]/
const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|([1-9][0-9]*|0))$/
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/

/** Meaning of a scalar without quotes and without a tag. */
export const resolvePlain = (text: string): Resolved => {
  if (text === '') return { tag: 'null', value: null }
  if (!startsLikeValue.test(text)) return { tag: 'str', value: text }
  const word = words.get(text)
  if (word !== undefined) return word
  // Underscores may stand in numbers that start with a digit or sign, not in those that start with a dot.
  const plain = text.startsWith('.') ? text : text.replaceAll('_', '')
  const whole = resolveInteger(plain)
  if (whole !== undefined) return { tag: 'int', value: whole }
  if (float.test(plain)) {
    const value = Number(plain)
    if (Number.isFinite(value)) return { tag: 'float', value: value + 0 }
  }
  return { tag: 'str', value: text }
}

const resolveInteger = (plain: string): number | undefined => {
  const match = integer.exec(plain)
  if (match === null) return undefined
  const [, sign, hex, octal, binary, decimal] = match
  const value =
    hex !== undefined ? BigInt(`0x${hex}`) :
    octal !== undefined ? BigInt(`0o${octal}`) :
    binary !== undefined ? BigInt(`0b${binary}`) :
    BigInt(decimal ?? '0')
  const limit = sign === '' ? 2n ** 64n - 1n : sign === '-' ? 2n ** 63n : 2n ** 63n - 1n
  if (value > limit) return undefined
  return Number(sign === '-' ? -value : value)
}

const coreTag = 'tag:yaml.org,2002:'

/**
 * Meaning of a scalar under an explicit tag (`!!int "3"`), or upstream's sentence why it has none. Tags that
 * are not YAML's own leave the text as it is.
 */
export const resolveTagged = (tag: string, text: string): Resolved | { readonly problem: string } => {
  const asText: Resolved = { tag: 'str', value: text }
  if (!tag.startsWith(coreTag)) return asText
  const name = tag.slice(coreTag.length)
  if (name === 'binary') return { problem: 'the !!binary tag is not supported' }
  if (name !== 'int' && name !== 'float' && name !== 'bool' && name !== 'null') return asText
  const found = resolvePlain(text)
  if (found.tag === name || (name === 'float' && found.tag === 'int')) return found
  return { problem: `cannot decode !!${found.tag} \`${text}\` as a !!${name}` }
}

/** A key that is not text becomes text (`8080: x`), as sigs.k8s.io/yaml does; the null key cannot. */
export const keyText = ({ tag, value }: Resolved): string | undefined => {
  if (value === null) return undefined
  return tag === 'float' && typeof value === 'number' ? floatKey(value) : String(value)
}

/** Go's `strconv.FormatFloat(key, 'g', -1, 32)`: the fewest digits that give the same 32-bit float. */
const floatKey = (key: number): string => {
  if (Number.isNaN(key)) return '.nan'
  if (!Number.isFinite(key)) return key > 0 ? '.inf' : '-.inf'
  const digits = [1, 2, 3, 4, 5, 6, 7, 8]
    .find((count) => Math.fround(Number(key.toPrecision(count))) === Math.fround(key)) ?? 9
  const [mantissa = '', exponent = '0'] = key.toExponential(digits - 1).split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(Number(`${mantissa}e${exponent}`))
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
