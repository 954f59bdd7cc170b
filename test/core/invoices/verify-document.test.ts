import { expect, test } from 'vitest'
import { verifyDocument, verifyStored } from '../../../src/core/invoices/verify-document.ts'
import type { Invoice } from '../../../src/core/invoices/invoice.ts'
import { appliedLine, provenInvoice, usageLine } from '../../support/proven-invoice.ts'

/** What is told of an invoice: kind, line or name, expected and found. */
function told(part: Partial<Invoice>) {
  return verifyDocument(provenInvoice(part)).map(
    ({ kind, line, name, expected, found }) =>
      `${kind} ${line ?? name ?? ''}: ${expected} not ${found}`,
  )
}

test('an invoice that is what its derivation leads to has no differences', () => {
  expect(told({})).toEqual([])
})

test('a line that its derivation does not lead to is told, member by member', () => {
  expect(told({ lines: [usageLine({ quantity: '11', total: '22' }), appliedLine()] })).toEqual([
    'line 0: 10 not 11',
    'line 0: 20 not 22',
    'total : 18 not 16',
  ])
  expect(told({ lines: [usageLine({ unitPrice: '3' }), appliedLine()] })).toEqual([
    'line 0: 2 not 3',
  ])
})

test('a line whose derivation cannot be followed is told, and nothing is thrown', () => {
  const { derivation } = usageLine()
  const broken = { ...derivation, pricing: { ...derivation.pricing!, listPrice: null } }
  expect(told({ lines: [usageLine({ derivation: broken }), appliedLine()] })).toEqual([
    'line 0: null not 20',
  ])
})

test('what is applied must be what the balance lost, and what the invoice draws', () => {
  expect(told({ lines: [usageLine(), appliedLine({ total: '-5' })], total: '15' })).toEqual([
    'line 1: -4 not -5',
    'draw segment segment of balance credit: 5 not 4',
  ])
  const { derivation } = provenInvoice()
  expect(told({ derivation: { ...derivation, draws: [] } })).toEqual([
    'draw segment segment of balance credit: 4 not null',
  ])
})

test('a total that is not the sum of the lines is told', () => {
  expect(told({ total: '16.01' })).toEqual(['total : 16 not 16.01'])
})

test('columns and posted draws of a kept invoice must be those of its document; the status may change', () => {
  const invoice = provenInvoice()
  const { id, contractId, type, startingAt, endingBefore, issuedAt, creditTypeId } = invoice
  const kept = { id, contractId, type, startingAt, endingBefore, issuedAt, creditTypeId }
  const summary = { ...kept, status: 'VOID' as const }
  const posted = invoice.derivation.draws!.map((draw) => {
    return { ...draw, invoiceId: id, contractId, postedAt: 0, voidedAt: 1 }
  })
  expect(verifyStored(invoice, summary, posted)).toEqual([])
  const differences = verifyStored(invoice, { ...summary, issuedAt: 5 }, [
    { ...posted[0]!, amount: '3' },
    { ...posted[0]!, invoiceId: 'other', amount: '9' },
  ])
  expect(differences).toMatchObject([
    { kind: 'document', name: 'issuedAt', expected: String(issuedAt), found: '5' },
    { kind: 'draw', expected: '4', found: '3' },
  ])
})
