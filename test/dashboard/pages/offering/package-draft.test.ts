import { expect, test } from 'vitest'
import {
  buildPackage,
  EMPTY_PACKAGE,
  stepOfRefusal,
} from '../../../../src/dashboard/pages/packages/package-draft.ts'
import { repeatOffset } from '../../../../src/dashboard/pages/packages/package-kinds.ts'
import { previewPackage } from '../../../../src/dashboard/pages/packages/preview-package.ts'
import { DOLLARS, type TermContext } from '../../../../src/dashboard/pages/contracts/term.ts'
import { changesOfFields } from '../../../../src/dashboard/pages/custom-fields/changes-of-fields.ts'

const CONTEXT: TermContext = {
  currency: DOLLARS,
  units: [],
  products: [],
  balances: [],
  subscriptions: [],
  start: '',
  end: '',
}

/** As it is sent. */
function bodyOf(draft: Partial<typeof EMPTY_PACKAGE>): unknown {
  return JSON.parse(JSON.stringify(buildPackage({ ...EMPTY_PACKAGE, ...draft }, CONTEXT)))
}

test('a package says how long its contracts last, and on which card they are', () => {
  const asked = { name: ' Growth ', aliases: ['growth'], rateCardId: 'card', netTerms: '30' }
  expect(bodyOf(asked)).toEqual({
    name: 'Growth',
    aliases: [{ name: 'growth' }],
    rate_card_id: 'card',
    duration: { value: 1, unit: 'YEARS' },
    usage_statement_schedule: { frequency: 'MONTHLY', day: 'FIRST_OF_MONTH' },
    net_payment_terms_days: 30,
  })
  expect(bodyOf({ source: 'alias', rateCardAlias: 'list', length: '', wait: '14 DAYS' })).toEqual({
    name: '',
    rate_card_alias: 'list',
    usage_statement_schedule: {
      frequency: 'MONTHLY',
      day: 'FIRST_OF_MONTH',
      invoice_generation_starting_at_offset: { value: 14, unit: 'DAYS' },
    },
  })
})

test('the times of terms count from the start of each contract', () => {
  const prepaid = {
    key: 'a',
    kind: 'prepaid',
    values: {
      product_id: 'fixed',
      'access_schedule.schedule_items[0].amount': '1,200',
      'access_schedule.schedule_items[0].starting_at_offset': '1 MONTHS',
      $paid: 'repeated',
      $count: '3',
      $every: '1 YEARS',
      'invoice_schedule.schedule_items[0].unit_price': '400',
    },
  }
  const override = {
    key: 'b',
    kind: 'override',
    values: { $target: 'all', multiplier: '0.9', duration: '3 MONTHS' },
  }
  const payment = (months: number, unit = 'MONTHS') => {
    return { unit_price: 40_000, quantity: 1, date_offset: { value: months, unit } }
  }
  expect(bodyOf({ terms: [prepaid, override] })).toMatchObject({
    commits: [
      {
        type: 'PREPAID',
        product_id: 'fixed',
        access_schedule: {
          schedule_items: [
            {
              amount: 120_000,
              starting_at_offset: { value: 1, unit: 'MONTHS' },
              duration: { value: 1, unit: 'YEARS' },
            },
          ],
        },
        invoice_schedule: { schedule_items: [payment(0), payment(12), payment(24)] },
      },
    ],
    overrides: [
      {
        type: 'MULTIPLIER',
        multiplier: 0.9,
        override_specifiers: [{}],
        starting_at_offset: { value: 0, unit: 'MONTHS' },
        duration: { value: 3, unit: 'MONTHS' },
      },
    ],
  })
})

test('no term of a package has a date, or says who is below whom', () => {
  const kinds = ['prepaid', 'postpaid', 'credit', 'recurring_commit', 'subscription', 'charge']
  const terms = kinds.map((kind) => ({ key: kind, kind, values: {} }))
  const text = JSON.stringify(bodyOf({ terms }))
  expect(text).not.toMatch(/timestamp|starting_at"|ending_before|recurring_schedule|hierarchy/)
})

test('weeks are repeated as days and years as months, and days do not add to months', () => {
  const days = (value: number) => ({ value, unit: 'DAYS' })
  expect(repeatOffset('1 WEEKS', '2 DAYS', '3')).toEqual([days(9), days(11)])
  expect(repeatOffset('1 DAYS', '1 MONTHS', '3')).toBe(null)
  expect(repeatOffset('0 DAYS', '1 MONTHS', '2')).toEqual([{ value: 1, unit: 'MONTHS' }])
  expect(repeatOffset('x', '1 MONTHS', '2')).toBe(null)
  expect(repeatOffset('0 DAYS', '1 DAYS', '60')).toHaveLength(59)
  for (const count of ['1000', '61', '0', '-2', '1.5', 'many', '']) {
    expect(repeatOffset('0 DAYS', '1 DAYS', count)).toBe(null)
  }
})

test('instalments that cannot be laid out are refused by the server, not made one payment', () => {
  const values = { $paid: 'repeated', $count: 'many', $every: '1 MONTHS' }
  const body = bodyOf({ terms: [{ key: 'a', kind: 'prepaid', values }] })
  expect(body).toMatchObject({
    commits: [
      {
        invoice_schedule: {
          schedule_items: [{}, { date_offset: { value: 'many times, every 1 MONTHS' } }],
        },
      },
    ],
  })
  expect(() => previewPackage(body as Record<string, unknown>, CONTEXT)).not.toThrow()
})

test('a refusal leads to the step that has its field', () => {
  expect(stepOfRefusal('rate_card_alias: no card has it')).toBe('pricing')
  expect(stepOfRefusal('duration.value: expected a number above 0')).toBe('billing')
  expect(stepOfRefusal('commits[0].product_id: required')).toBe('terms')
  expect(stepOfRefusal('The server cannot be reached.')).toBeNull()
})

test('of custom fields, what changed is set and what was emptied is deleted', () => {
  const texts = { kept: 'a', changed: 'c', emptied: '', never: '' }
  expect(changesOfFields({ kept: 'a', changed: 'b', emptied: 'x' }, texts)).toEqual({
    changed: { changed: 'c' },
    cleared: ['emptied'],
  })
})
