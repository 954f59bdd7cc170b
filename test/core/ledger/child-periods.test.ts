import { expect, test } from 'vitest'
import { childPeriods } from '../../../src/core/ledger/child-periods.ts'
import { recurring } from '../../support/recurring.ts'
import { at, contract, period } from '../../support/terms.ts'

test('periods are whole from anchor to anchor, and covered as far as both agreements reach', () => {
  const over = contract({
    startingAt: at('2026-01-10'),
    endingBefore: at('2026-02-20'),
    statements: { frequency: 'MONTHLY', anchorMs: at('2026-01-15') },
  })
  const all = [...childPeriods(over, recurring({ startingAt: at('2026-01-12') }), Infinity)]
  expect(all).toEqual([
    {
      whole: period('2025-12-15', '2026-01-15'),
      covered: period('2026-01-12', '2026-01-15'),
      access: period('2026-01-12', '2026-01-15'),
    },
    {
      whole: period('2026-01-15', '2026-02-15'),
      covered: period('2026-01-15', '2026-02-15'),
      access: period('2026-01-15', '2026-02-15'),
    },
    {
      whole: period('2026-02-15', '2026-03-15'),
      covered: period('2026-02-15', '2026-02-20'),
      access: period('2026-02-15', '2026-02-20'),
    },
  ])
})

test('a later start of invoicing and cut statements do not matter', () => {
  const statements = {
    frequency: 'MONTHLY',
    anchorMs: at('2026-01-01'),
    invoicedFrom: at('2026-02-01'),
    breaks: [at('2026-01-20')],
  } as const
  const over = contract({ statements: { ...statements, breaks: [...statements.breaks] } })
  const [first] = childPeriods(over, recurring(), at('2026-01-05'))
  expect(first?.covered).toEqual(period('2026-01-01', '2026-02-01'))
})

test('only periods that have started by then are told, though there are no others to come', () => {
  const upTo = (day: string) => [...childPeriods(contract(), recurring(), at(day))].length
  expect(upTo('2025-12-31')).toBe(0)
  expect(upTo('2026-01-01')).toBe(1)
  expect(upTo('2026-12-31')).toBe(12)
})
