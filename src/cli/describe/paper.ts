/** What a description is written on: pieces of text by level, put into columns in the end. */
import { tabbed } from './tabs.js'

/** Levels are two blanks each. */
export class Paper {
  private text = ''

  /** `text` at a level; nothing is added to it, so a line needs its own end. */
  write(level: number, text: string): void {
    this.text += escaped('  '.repeat(level) + text)
  }

  /** A line: `name`, a tab, and the value. */
  field(level: number, name: string, value: string | number | boolean): void {
    this.write(level, `${name}:\t${value}\n`)
  }

  toString(): string {
    return tabbed(this.text)
  }
}

/** What would steer a terminal is shown instead. */
const escaped = (text: string): string => text.replace(/\u001b/g, '^[').replace(/\r/g, '\\r')
