/**
 * Models: modes of files as `chmod` reads and `ls` shows them
 * Reads: nothing
 * Writes: nothing
 * Omits: copying permissions (`g=u`)
 */

/** Octal, or changes such as `u+x,go-w`; nothing where it is neither. */
export function changedMode(text: string, before: number, isDirectory: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return parseInt(text, 8)
  let mode = before
  for (const change of text.split(',')) {
    const [, who = '', operator = '', letters = ''] = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(change) ?? []
    if (operator === '') return undefined
    const shifts = [...(who === '' || who.includes('a') ? 'ugo' : who)].map(
      (one) => ({ u: 6, g: 3 })[one] ?? 0
    )
    const runs = letters.includes('x') || (letters.includes('X') && (isDirectory || (before & 0o111) !== 0))
    const bits = (letters.includes('r') ? 4 : 0) + (letters.includes('w') ? 2 : 0) + (runs ? 1 : 0)
    const special =
      (letters.includes('t') ? 0o1000 : 0) |
      (letters.includes('s') ? (shifts.includes(6) ? 0o4000 : 0) | (shifts.includes(3) ? 0o2000 : 0) : 0)
    const all = shifts.reduce((sum, shift) => sum | (bits << shift), 0) | special
    const cleared = shifts.reduce((sum, shift) => sum | (7 << shift), 0)
    mode = operator === '+' ? mode | all : operator === '-' ? mode & ~all : mode & ~cleared | all
  }
  return mode
}

/** `drwxr-xr-x` */
export function shownMode(mode: number, type: 'file' | 'directory' | 'symlink'): string {
  const letters = [6, 3, 0].map((shift) => {
    const bits = (mode >> shift) & 7
    const special =
      shift === 0 ? ([mode & 0o1000, 't'] as const) : ([mode & (shift === 6 ? 0o4000 : 0o2000), 's'] as const)
    const last = special[0] ? (bits & 1 ? special[1] : special[1].toUpperCase()) : bits & 1 ? 'x' : '-'
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`
  })
  return `${{ file: '-', directory: 'd', symlink: 'l' }[type]}${letters.join('')}`
}
