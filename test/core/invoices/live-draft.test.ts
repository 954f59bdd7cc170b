import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  applyChange,
  diffStates,
  type LiveMessage,
  type LiveState,
} from '../../../src/core/invoices/live-draft.ts'

const letter = fc.constantFrom('a', 'b', 'c', 'd')
const line = fc.record({ product_id: letter, total: fc.nat(3), type: fc.constant('usage') })
const invoice = fc.record(
  {
    id: letter,
    total: fc.nat(3),
    note: letter,
    line_items: fc.array(line, { maxLength: 6 }),
  },
  { requiredKeys: ['id', 'total', 'line_items'] },
)
const byId = { selector: ({ id }: { id: string }) => id, maxLength: 4 }
const state: fc.Arbitrary<LiveState> = fc.record({
  version: fc.nat(5),
  invoices: fc.uniqueArray(invoice, byId),
  balances: fc.uniqueArray(fc.record({ id: letter, balance: fc.nat(3) }), byId),
})

test('applying the difference of two states to the first gives the second', () => {
  fc.assert(
    fc.property(state, state, (before, after) => {
      const message = diffStates(before, after)
      const { invoices, balances } = after
      if (message === null) {
        expect(before).toEqual({ ...after, version: before.version })
        return
      }
      const sent = JSON.parse(JSON.stringify(message)) as LiveMessage
      const version = before.version + 1
      expect(applyChange(before, sent)).toEqual({ version, invoices, balances })
    }),
    { numRuns: 1_000 },
  )
})

const MARCH = { id: 'march', total: 5, line_items: [{ product_id: 'p', quantity: 5, total: 5 }] }
const STATE: LiveState = { version: 1, invoices: [MARCH], balances: [{ id: 'c', balance: 9 }] }

test('equal states have no difference', () => {
  expect(diffStates(STATE, structuredClone(STATE))).toBe(null)
})

test('only what changed is sent: the members of an invoice, its lines by their places, balances', () => {
  const lines = [{ product_id: 'p', quantity: 7, total: 7 }]
  const after = {
    invoices: [{ ...MARCH, total: 7, line_items: [...lines, { product_id: 'q', total: 0 }] }],
    balances: STATE.balances,
  }
  expect(diffStates(STATE, after)).toEqual({
    type: 'changed',
    version: 2,
    invoices: {
      march: {
        set: { total: 7 },
        lines: {
          changed: [{ at: 0, item: lines[0] }],
          added: [{ at: 1, item: { product_id: 'q', total: 0 } }],
        },
      },
    },
    drafts: {},
    balances: {},
  })
})

test('a client that missed a message, or is told to, has to read again', () => {
  const message = diffStates(STATE, { invoices: [], balances: [] })!
  expect(applyChange({ ...STATE, version: 0 }, message)).toBe(null)
  expect(applyChange(null, message)).toBe(null)
  expect(applyChange(STATE, { type: 'resync', version: 4 })).toBe(null)
  expect(applyChange(null, { type: 'state', ...STATE })).toEqual(STATE)
})
