import type { EditSheet } from './edit-fields.ts'
import { readFields } from './read-term.ts'
import type { Subscription } from './term-text.ts'
import type { FieldSpec } from './term.ts'

const USD = { name: 'USD (cents)' }
const METHOD = 'proration_rounding.rounding_method'

/** Of a subscription: when it ends, and how prorated prices are rounded. */
export function subscriptionSheet(subscription: Subscription): EditSheet {
  const fields: FieldSpec[] = [
    {
      path: 'ending_before',
      label: 'Until before',
      type: 'day',
      isOptional: true,
      hint: 'Empty: with the contract.',
    },
    {
      path: METHOD,
      label: 'Prorated prices',
      type: 'choice',
      choices: [
        { value: '', label: 'Not rounded' },
        { value: 'HALF_UP', label: 'Rounded' },
        { value: 'FLOOR', label: 'Rounded down' },
        { value: 'CEILING', label: 'Rounded up' },
      ],
      clearAt: 'proration_rounding',
    },
    {
      path: 'proration_rounding.decimal_places',
      label: 'To so many decimals',
      type: 'decimal',
      hint: 'In the unit of the price: −2 rounds cents to dollars.',
      isShown: (read) => read(METHOD) !== '',
      clearAt: 'proration_rounding',
    },
  ]
  const { proration, ending_before } = subscription
  const source = { ending_before, proration_rounding: proration.rounding }
  return { fields, before: readFields(fields, source, USD) }
}

const MODE = 'quantity_management_mode_update'

/** From a number to seats that have ids. */
export function seatModeSheet({ quantity_management_mode }: Subscription): EditSheet {
  const fields: FieldSpec[] = [
    {
      path: `${MODE}.quantity_management_mode`,
      label: 'Quantity is',
      type: 'choice',
      choices: [
        { value: 'QUANTITY_ONLY', label: 'A number' },
        { value: 'SEAT_BASED', label: 'Seats with ids' },
      ],
    },
    {
      path: `${MODE}.seat_config.seat_group_key`,
      label: 'Property with the seat',
      type: 'text',
      hint: 'Of events, such as user_id. The present quantity becomes seats without an id. There is no way back.',
      isShown: (read) => read(`${MODE}.quantity_management_mode`) === 'SEAT_BASED',
    },
  ]
  const source = { [MODE]: { quantity_management_mode } }
  return { fields, before: readFields(fields, source, USD) }
}
