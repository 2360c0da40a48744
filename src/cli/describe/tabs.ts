/**
 * Text whose cells end with tabs, in columns: Go's text/tabwriter as kubectl sets it up (no least width, two
 * blanks
 * between columns, the last cell of a line in no column).
 */

const padding = 2

/** A column is a run of lines next to each other that all have it; it is as wide as its widest cell. */
export function tabbed(text: string): string {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const printed: string[] = []
  arrange(lines, 0, lines.length, [], printed)
  return printed.join('\n')
}

const widthOf = (cell: string): number => [...cell].length

function arrange(
  lines: readonly (readonly string[])[],
  from: number,
  to: number,
  widths: readonly number[],
  printed: string[],
): void {
  const column = widths.length
  let unprinted = from
  for (let at = from; at < to; at++) {
    if (column >= (lines[at]?.length ?? 0) - 1) continue
    print(lines, unprinted, at, widths, printed)
    unprinted = at
    let width = 0
    for (; at < to && column < (lines[at]?.length ?? 0) - 1; at++) {
      width = Math.max(width, widthOf(lines[at]?.[column] ?? '') + padding)
    }
    arrange(lines, unprinted, at, [...widths, width], printed)
    unprinted = at
  }
  print(lines, unprinted, to, widths, printed)
}

function print(
  lines: readonly (readonly string[])[],
  from: number,
  to: number,
  widths: readonly number[],
  printed: string[],
): void {
  for (const line of lines.slice(from, to)) {
    printed.push(
      line
        .map((cell, index) => {
          const width = widths[index]
          return width === undefined ? cell : cell + ' '.repeat(width - widthOf(cell))
        })
        .join(''),
    )
  }
}
