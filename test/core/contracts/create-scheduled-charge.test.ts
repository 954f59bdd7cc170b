import { expect, test } from 'vitest'
import {
  createScheduledCharges,
  type ScheduledChargeInput,
} from '../../../src/core/contracts/create-scheduled-charge.ts'
import { USD } from '../../../src/core/currency.ts'
import { deriveId } from '../../../src/core/id.ts'
import { at, product } from '../../support/terms.ts'

const NOW = at('2026-03-10T12')
const fee = product({ id: 'fee', type: 'FIXED' })
const setup: ScheduledChargeInput = {
  id: 'setup',
  productId: 'fee',
  schedule: { items: [{ at: at('2026-04-01'), amount: '5000' }] },
}

const create = (...inputs: ScheduledChargeInput[]) =>
  createScheduledCharges(inputs, [fee, product()], NOW, 'add_discounts')

test('a charge is kept with its schedule written out', () => {
  const more = { name: 'Setup', netsuiteSalesOrderId: 'so', customFields: { crm: '7' } }
  expect(create({ ...setup, ...more }, { ...setup, id: 'second' })).toEqual({
    ok: true,
    value: [
      {
        id: 'setup',
        productId: 'fee',
        ...more,
        schedule: {
          creditTypeId: USD.id,
          items: [
            {
              id: deriveId('schedule-item', 'setup', '0'),
              at: at('2026-04-01'),
              unitPrice: '5000',
              quantity: '1',
              amount: '5000',
            },
          ],
        },
        createdAt: NOW,
      },
      expect.objectContaining({ id: 'second', customFields: {} }),
    ],
  })
})

test('one that is refused refuses all, by the name of its field', () => {
  expect(create(setup, { ...setup, productId: 'product' })).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message:
        'add_discounts[1].product_id: expected a product of type FIXED; "API calls" is of type USAGE',
    },
  })
  expect(create({ ...setup, schedule: {} })).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message: 'add_discounts[0].schedule.schedule_items: required, or else recurring_schedule',
    },
  })
})
