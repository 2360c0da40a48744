/** The elements of a small XML text in document order; throws where it is not well-formed. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

const token = /<\?xml[^>]*\?>|<(\/?)([a-z]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>|([^<]+)|(.)/gs

export function elementsOf(text: string): readonly Element[] {
  const open: string[] = []
  const elements: Element[] = []
  for (const [whole, close, name, attributes = '', empty, between, stray] of text.matchAll(token)) {
    if (stray !== undefined || /&(?!#\d+;)/.test(between ?? attributes)) throw new Error(`not well-formed at ${whole}`)
    if (name === undefined) continue
    if (close === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`)
      continue
    }
    const pairs = [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value] as const)
    elements.push({ name, attributes: Object.fromEntries(pairs) })
    if (empty !== '/') open.push(name)
  }
  if (open.length > 0) throw new Error(`${open.join(', ')} is not closed`)
  return elements
}
