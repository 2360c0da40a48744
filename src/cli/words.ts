/** Words and widths that every report uses. */
import { stripVTControlCharacters } from 'node:util'

/** Columns of a report: a terminal's own within reason, elsewhere always the same. */
export const width = (): number => {
  const { isTTY, columns } = process.stdout
  return isTTY === true && typeof columns === 'number' ? Math.min(120, Math.max(60, columns)) : 110
}

/** Virtual time as kubectl writes ages: `0s`, `1.5s`, `10m1s`. */
export function duration(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 120) return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(seconds < 0.1 ? 3 : 1)}s`
  const minutes = Math.floor(seconds / 60)
  const rest = Math.floor(seconds % 60)
  if (minutes < 60) return rest === 0 ? `${minutes}m` : `${minutes}m${rest}s`
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${Math.floor(minutes / 60)}h${minutes % 60}m`
}

export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`

/** The controllers by their own names: they are goroutines of one binary. */
export const shortly = (text: string): string => text.replace(/kube-controller-manager\/([a-z0-9-]+)/g, '$1 controller')

/** Breaks a text at spaces into lines of at most `columns`, each indented. */
export function wrap(text: string, indent: string, columns = width()): string {
  const lines: string[] = []
  let line = ''
  let length = 0
  for (const word of text.split(/\s+/)) {
    const seen = stripVTControlCharacters(word).length
    if (line !== '' && indent.length + length + 1 + seen > columns) {
      lines.push(indent + line)
      line = word
      length = seen
    } else {
      length += seen + (line === '' ? 0 : 1)
      line = line === '' ? word : `${line} ${word}`
    }
  }
  if (line !== '') lines.push(indent + line)
  return lines.join('\n')
}

/** The beginning of a sentence, to be recognised by. */
export function brief(sentence: string, most = 56): string {
  const end = [...sentence.matchAll(/: | \(|; |, /g)].map(({ index }) => index).find((index) => index >= 24 && index <= most)
  const cut = end === undefined ? sentence.slice(0, most).replace(/\s+\S*$/, '') : sentence.slice(0, end)
  return sentence.length <= most ? sentence : `${cut} …`
}

/** The scheduler's words without what it says about preemption, which never helps here. */
export const withoutPreemption = (text: string): string =>
  text.replace(/\.? (no new claims to deallocate, )?preemption: [^()]*?\.?(?=\)|$)/g, '')
