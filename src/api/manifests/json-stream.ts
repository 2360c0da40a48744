/**
 * Range of each object of a JSON file, which may hold several one after the other without `---`; the whole
 * text where it is anything else. Source: apimachinery `pkg/util/yaml/decoder.go` (YAMLOrJSONDecoder).
 */
export const splitJson = (text: string): readonly (readonly [from: number, to: number])[] => {
  const whole = [[0, text.length]] as const
  const ranges: [number, number][] = []
  for (let from = nextSign(text, 0); from < text.length; from = nextSign(text, from)) {
    const end = text[from] === '{' ? endOfObject(text, from) : undefined
    if (end === undefined) return whole
    ranges.push([from, end])
    from = end
  }
  const [first] = ranges
  return ranges.length > 1 && first !== undefined && isJson(text.slice(...first)) ? ranges : whole
}

const nextSign = (text: string, from: number): number => {
  const sign = /\S/g
  sign.lastIndex = from
  return sign.exec(text)?.index ?? text.length
}

/** End of the object that starts at `from`; a loop by hand, since text in quotes may be megabytes long. */
const endOfObject = (text: string, from: number): number | undefined => {
  let depth = 0
  let quoted = false
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at]
    if (quoted) {
      if (sign === '\\') at += 1
      else if (sign === '"') quoted = false
    } else if (sign === '"') quoted = true
    else if (sign === '{') depth += 1
    else if (sign === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return undefined
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
