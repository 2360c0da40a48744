/** Columns as Go's text/tabwriter makes them. */
import { describe, expect, it } from 'vitest'
import { Paper } from '../../../src/cli/describe/paper.js'
import { tabbed } from '../../../src/cli/describe/tabs.js'

describe('text with tabs', () => {
  it.each([
    ['has columns two blanks apart', 'a:\tb\nlong:\tc\n', 'a:     b\nlong:  c\n'],
    ['leaves what stands last in a line where it is', 'a\tb\nlong\n', 'a  b\nlong\n'],
    ['begins a new column where a line has none', 'long:\tx\nalone\na:\ty\n', 'long:  x\nalone\na:  y\n'],
    ['has columns inside columns', 'a\tb\tc\nlong\td\n1\t2222\t3\n', 'a     b  c\nlong  d\n1     2222  3\n'],
    ['goes on with a column below nothing', 'Labels:\ta=b\n\tc=d\n', 'Labels:  a=b\n         c=d\n'],
    ['counts what is seen, not its bytes', 'ä:\tb\nuu:\tc\n', 'ä:   b\nuu:  c\n'],
    ['is empty where there is nothing', '', ''],
  ])('%s', (_, text, printed) => expect(tabbed(text)).toBe(printed))
})

describe('a paper', () => {
  it('shows what would steer a terminal', () => {
    const paper = new Paper()
    paper.field(1, 'Message', '\u001b[31mred\r')
    expect(paper.toString()).toBe('  Message:  ^[[31mred\\r\n')
  })
})
