import { expect, test } from 'vitest'
import { SCHEDULE_ITEMS_MAX } from '../../../src/core/contracts/create-schedule.ts'
import {
  editSchedule,
  type InvoicedItems,
  type ScheduleUpdate,
} from '../../../src/core/contracts/edit-schedule.ts'
import { USD } from '../../../src/core/currency.ts'
import { deriveId } from '../../../src/core/id.ts'
import { at } from '../../support/terms.ts'

const january = { id: 'jan', at: at('2026-01-01'), unitPrice: '10', quantity: '2', amount: '20' }
const february = { id: 'feb', at: at('2026-02-01'), unitPrice: '30', quantity: '1', amount: '30' }
const schedule = { creditTypeId: USD.id, items: [january, february] }

const edit = (update: ScheduleUpdate, invoiced: InvoicedItems = new Map()) =>
  editSchedule(schedule, update, invoiced, ['charge', 'edit'], 'invoice_schedule.')

const refusal = (message: string, code = 'invalid') => ({ ok: false, error: { code, message } })

test('items are added, changed and removed, and stand in the order of time', () => {
  expect(
    edit({
      add: [{ at: at('2026-01-15'), amount: '5' }],
      update: [{ id: 'jan', at: at('2026-03-01'), quantity: '3' }],
      remove: ['feb'],
    }),
  ).toEqual({
    ok: true,
    value: {
      creditTypeId: USD.id,
      items: [
        {
          id: deriveId('schedule-item', 'charge', 'edit', '0'),
          at: at('2026-01-15'),
          unitPrice: '5',
          quantity: '1',
          amount: '5',
        },
        { id: 'jan', at: at('2026-03-01'), unitPrice: '10', quantity: '3', amount: '30' },
      ],
    },
  })
})

test('an amount replaces unit price and quantity', () => {
  expect(edit({ update: [{ id: 'jan', amount: '7' }] })).toMatchObject({
    value: { items: [{ id: 'jan', at: january.at, unitPrice: '7', quantity: '1' }, february] },
  })
})

test('pricing 6.8: what a finalized invoice has is neither changed nor removed', () => {
  const invoiced = new Map([['jan', 'FINALIZED']] as const)
  expect(edit({ update: [{ id: 'jan', amount: '7' }] }, invoiced)).toEqual(
    refusal(
      'invoice_schedule.update_schedule_items[0].id: item jan is on a finalized invoice and cannot be changed',
    ),
  )
  expect(edit({ remove: ['feb', 'jan'] }, invoiced)).toEqual(
    refusal(
      'invoice_schedule.remove_schedule_items[1].id: item jan is on a finalized invoice and cannot be removed',
    ),
  )
  expect(edit({ remove: ['feb'] }, invoiced).ok).toBe(true)
})

test('pricing 6.8: what a void invoice has can be changed, but not removed', () => {
  const invoiced = new Map([['jan', 'VOID']] as const)
  expect(edit({ update: [{ id: 'jan', amount: '7' }] }, invoiced).ok).toBe(true)
  expect(edit({ remove: ['jan'] }, invoiced)).toEqual(
    refusal(
      'invoice_schedule.remove_schedule_items[0].id: item jan is on a void invoice and cannot be removed',
    ),
  )
})

test('unknown items, items named twice and changes of nothing are refused', () => {
  expect(edit({ remove: ['mar'] })).toEqual(
    refusal(
      'invoice_schedule.remove_schedule_items[0].id: the schedule has no item mar',
      'not_found',
    ),
  )
  expect(edit({ update: [{ id: 'jan', amount: '7' }], remove: ['jan'] })).toEqual(
    refusal('invoice_schedule.remove_schedule_items[0].id: expected each item only once'),
  )
  expect(edit({ update: [{ id: 'jan' }] })).toEqual(
    refusal(
      'invoice_schedule.update_schedule_items[0].timestamp: expected a change: timestamp, amount, unit_price or quantity',
    ),
  )
  expect(edit({ add: [{ at: 0, unitPrice: '1' }] })).toEqual(
    refusal('invoice_schedule.add_schedule_items[0].quantity: required with unit_price'),
  )
})

test('a schedule does not grow beyond what one has', () => {
  const add = Array.from({ length: SCHEDULE_ITEMS_MAX - 1 }, () => ({ at: 0, amount: '1' }))
  expect(edit({ add })).toEqual(
    refusal('invoice_schedule.add_schedule_items: a schedule has at most 1000 items'),
  )
  expect(edit({ add, remove: ['jan'] }).ok).toBe(true)
})

test('an edit that comes again after a later one adds nothing twice', () => {
  const update = { add: [{ at: at('2026-01-15'), amount: '5' }] }
  const once = edit(update)
  if (!once.ok) throw new Error('the edit is refused')
  const path = 'invoice_schedule.'
  const twice = editSchedule(once.value, update, new Map(), ['charge', 'edit'], path)
  expect(twice).toEqual(once)
})
