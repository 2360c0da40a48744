/** Next step for a text that is not YAML at `offset`, by what stands on that line. */
export const adviseSyntax = (text: string, offset: number, message: string): string => {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  const line = text.slice(start, end < 0 ? text.length : end)
  if (line.includes('{{')) return templateAdvice
  if (/^\s*\t/.test(line)) return 'Indent with spaces: YAML does not allow tabs.'
  if (/^(<<<<<<<|=======|>>>>>>>)/.test(line)) return 'Resolve the merge conflict that this line is part of.'
  if (message.startsWith('Nested mappings')) {
    return 'Quote the value if it holds ": ", or mend the indentation of this line and the next.'
  }
  if (message.startsWith('Flow ')) return 'Close the bracket, and indent the lines inside it by a space.'
  return 'Mend the YAML at this place; the documents after it were read.'
}

export const templateAdvice =
  'This looks like a template: render it first, as in "helm template CHART | orrery check -f -".'
