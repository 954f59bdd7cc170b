import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  applyChange,
  type LiveMessage,
  type LiveState,
} from '../../../src/core/invoices/live-draft.ts'
import { planMessages, type SentState } from '../../../src/core/invoices/live-messages.ts'

type State = Omit<LiveState, 'version'>

/** A draft with so many lines. */
function draft(count: number, total = 0): State {
  const line_items = Array.from({ length: count }, (_, i) => ({ product_id: `p${i}`, total }))
  return { invoices: [{ id: 'march', total, line_items }], balances: [] }
}

const read = (text: string) => JSON.parse(text) as LiveMessage

test('whoever follows knows the state after each message, or is told to read it', () => {
  const states = fc.array(fc.tuple(fc.nat(12), fc.nat(3)), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(states, fc.integer({ min: 60, max: 500 }), (steps, unitsMax) => {
      let sent: SentState | null = null
      let known: LiveState | null = null
      for (const [count, total] of steps) {
        const state = draft(count, total)
        const isFirst: boolean = sent === null
        const planned = planMessages(sent, state, unitsMax)
        const text = isFirst ? planned.whole() : planned.change
        if (text !== null) known = applyChange(known, read(text))
        const message: LiveMessage = { type: 'state', version: planned.sent.version, ...state }
        const { length } = JSON.stringify(message)
        expect(planned.sent.isTooLarge).toBe(length > unitsMax)
        expect(known).toEqual(
          length > unitsMax ? null : { version: planned.sent.version, ...state },
        )
        // Who comes later knows the same.
        expect(applyChange(null, read(planned.whole()))).toEqual(known)
        sent = planned.sent
      }
    }),
  )
})

test('a small change of a large state is sent alone, and nothing when nothing changed', () => {
  const first = planMessages(null, draft(100), 100_000)
  expect(read(first.whole())).toMatchObject({ type: 'state', version: 1 })
  const same = planMessages(first.sent, draft(100), 100_000)
  expect([same.change, same.sent.version]).toEqual([null, 1])
  const more = planMessages(same.sent, draft(101), 100_000)
  expect(more.change!.length).toBeLessThan(200)
  expect(read(more.change!)).toMatchObject({ type: 'changed', version: 2 })
})

test('what grows beyond a message is to be read, until it is small again', () => {
  const first = planMessages(null, draft(5), 300)
  const large = planMessages(first.sent, draft(50), 300)
  expect(read(large.change!)).toEqual({ type: 'resync', version: 2 })
  expect(read(large.whole())).toEqual({ type: 'resync', version: 2 })
  const larger = planMessages(large.sent, draft(51), 300)
  expect(read(larger.change!)).toEqual({ type: 'resync', version: 3 })
  const small = planMessages(larger.sent, draft(1), 300)
  expect(read(small.change!)).toEqual({ type: 'state', version: 4, ...draft(1) })
})
