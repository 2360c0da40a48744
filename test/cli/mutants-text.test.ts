import { describe, expect, it } from 'vitest'
import { complaintsOf, type Reason, type Row } from '#properties/kill/table'
import { lineOf, markdown, percent, summary } from '#cli/mutants-text'

const rows: readonly Row[] = [
  {
    name: 'a', title: 'A', sort: 'written', scenarios: 3,
    fate: { kill: { by: 'slices-converge', scenario: 'rollout', order: 1, steps: 42, message: '' } },
  },
  { name: 'x sync: g (negated)', title: 'X', sort: 'guard', scenarios: 1, fate: { survival: { differsIn: [] } } },
  { name: 'y: get|put (dropped once)', title: 'Y', sort: 'call', scenarios: 1, fate: { survival: { differsIn: ['rollout'] } } },
]
const reasons: ReadonlyMap<string, Reason> = new Map([['x sync: g (negated)', { kind: 'same end', because: 'it is so' }]])

describe('The kill table on a terminal', () => {
  it('says of each mutant what noticed it, where and when', () => {
    expect(rows.map(lineOf)).toEqual([
      'killed    a: slices-converge in rollout, order 1, after 42 Steps',
      'survives  x sync: g (negated)', 'survives  y: get|put (dropped once)',
    ])
  })

  it('ends with counts, survivors and their reasons, numbers, and what is to be put right', () => {
    const text = summary(rows, reasons, complaintsOf(rows, reasons, true), ['z sync: h'])
    expect(text).toContain('so that they are not tried\n  z sync: h\n')
    expect(text).toContain('Noticed first by\n     1  slices-converge\n')
    expect(text).toContain('  x sync: g (negated): same end; it is so\n')
    expect(text).toContain('  y: get|put (dropped once): no reason is given (Y)\n')
    expect(text).toContain('Generated mutants killed: 0 of 2 (0 %); of the 1 that do not come to the same end: 0 %')
    expect(text).toContain('To be put right\n  Survives, and properties/kill/survivors.ts gives no reason: y: get|put (dropped once)\n')
  })
})

it('The kill table as Markdown keeps its columns', () => {
  const text = markdown(rows, reasons)
  expect(text).toContain('| a | slices-converge | rollout | 1 | 42 |')
  expect(text).toContain('| y: get\\|put (dropped once) | *survives*: no reason is given | | | |')
})

it('A share is rounded down', () => {
  expect([percent(199, 200), percent(0, 0)]).toEqual(['99 %', '–'])
})
