/**
 * A page whose examples run. In fenced blocks: `yaml` with a comment of its path in the first line writes that file; `diff`
 * with `--- path` changes one; `sh` runs each line after `$ ` and shows what it prints. `…` on a line of its own stands for
 * any lines, within a line for any text.
 */
export interface Terminal {
  /** What is in the file; undefined where there is none. */
  read(path: string): string | undefined
  write(path: string, text: string): void
  /** What the command prints, without its last line's end. */
  run(command: string): Promise<string>
}

const block = /^```(yaml|diff|sh)\n([^]*?)^```$/gm

/** The page with what the commands print now, where that is not what it shows. */
export async function played(page: string, terminal: Terminal): Promise<string> {
  let shown = ''
  let end = 0
  for (const match of page.matchAll(block)) {
    const [, language, text = ''] = match
    if (language === 'yaml') writeFile(text, terminal)
    else if (language === 'diff') changeFile(text, terminal)
    const replaced = language === 'sh' ? await playedBlock(text, terminal) : text
    shown += `${page.slice(end, match.index)}\`\`\`${language}\n${replaced}\`\`\``
    end = match.index + match[0].length
  }
  return shown + page.slice(end)
}

async function playedBlock(text: string, terminal: Terminal): Promise<string> {
  let shown = ''
  for (const part of text.split(/^(?=\$ )/m)) {
    const [first = '', ...lines] = part.split('\n')
    const expected = lines.join('\n').trimEnd()
    const printed = (await terminal.run(first.replace(/^\$ /, ''))).trimEnd()
    const told = isShown(expected, printed) ? expected : printed
    shown += `${first}\n${told === '' ? '' : `${told}\n`}${part.endsWith('\n\n') ? '\n' : ''}`
  }
  return shown
}

/** Whether `expected`, with its elisions, is what was printed. */
export function isShown(expected: string, printed: string): boolean {
  const pattern = expected.split('\n').map((line) => (line.trim() === '…' ? '(?:.*\n)*?' : `${inLine(line)}\n`)).join('')
  return new RegExp(`^${pattern}$`).test(`${printed}\n`)
}

const inLine = (line: string): string =>
  line.split('…').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')

function writeFile(text: string, terminal: Terminal): void {
  const path = /^# (\S+\.yaml)\n/.exec(text)?.[1]
  if (path !== undefined) terminal.write(path, text)
}

function changeFile(text: string, terminal: Terminal): void {
  const [header = '', ...lines] = text.trimEnd().split('\n')
  const path = header.replace(/^--- /, '')
  const side = (other: string): string =>
    lines.filter((line) => !line.startsWith(other)).map((line) => `${line.slice(1)}\n`).join('')
  const parts = (terminal.read(path) ?? '').split(side('+'))
  if (parts.length !== 2) throw new Error(`the change of ${path} fits ${parts.length - 1} places`)
  terminal.write(path, parts.join(side('-')))
}
