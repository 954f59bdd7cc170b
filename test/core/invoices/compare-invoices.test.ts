import { expect, test } from 'vitest'
import { compareInvoices } from '../../../src/core/invoices/compare-invoices.ts'
import { at } from '../../support/terms.ts'
import { appliedLine, provenInvoice, usageLine } from '../../support/proven-invoice.ts'

test('an invoice does not differ from itself', () => {
  expect(compareInvoices(provenInvoice(), provenInvoice())).toEqual([])
})

test('lines, draws and totals that differ are told with both amounts', () => {
  const { derivation } = provenInvoice()
  const draws = derivation.draws!.map((draw) => ({ ...draw, amount: '3' }))
  const expected = provenInvoice({
    lines: [usageLine({ quantity: '9', total: '18' }), appliedLine({ total: '-3' })],
    derivation: { ...derivation, draws },
    total: '15',
  })
  expect(compareInvoices(provenInvoice(), expected)).toMatchObject([
    { kind: 'line', line: 0, name: 'Calls', expected: '9 × 2 = 18', found: '10 × 2 = 20' },
    { kind: 'line', line: 1, expected: '-3', found: '-4' },
    { kind: 'draw', expected: '3', found: '4' },
    { kind: 'total', expected: '15', found: '16' },
  ])
})

test('a line that only one of them has is told', () => {
  const more = provenInvoice({ lines: [usageLine(), usageLine({ name: 'More' }), appliedLine()] })
  const [missing] = compareInvoices(provenInvoice(), more)
  expect(missing).toMatchObject({ kind: 'line', name: 'More', expected: '10 × 2 = 20' })
  expect(missing).not.toHaveProperty('line')
  expect(compareInvoices(more, provenInvoice())[0]).toMatchObject({ line: 1, expected: null })
})

test('usage that is not billed differs by its quantity', () => {
  const item = {
    productId: 'product',
    reason: 'no_rate' as const,
    startingAt: at('2026-03-01'),
    endingBefore: at('2026-04-01'),
    pricingGroupValues: null,
    presentationGroupValues: null,
  }
  const { derivation } = provenInvoice()
  const withUnbilled = (quantity: string) =>
    provenInvoice({ derivation: { ...derivation, unbilled: [{ ...item, quantity }] } })
  expect(compareInvoices(withUnbilled('5'), withUnbilled('6'))).toMatchObject([
    { kind: 'unbilled', name: 'product product', expected: '6', found: '5' },
  ])
})

test('the same amounts from other windows are told, too', () => {
  const { derivation } = usageLine()
  const increments = [{ ...derivation.increments[0]!, quantity: '10' }]
  const other = usageLine({ derivation: { ...derivation, increments } })
  const second = provenInvoice({ lines: [other, appliedLine()] })
  expect(compareInvoices(provenInvoice(), second)).toMatchObject([{ kind: 'document' }])
})
