import { CARD_ALIAS, type FIXED_PRODUCTS } from './company.ts'

type ProductIds = Record<keyof typeof FIXED_PRODUCTS, string>

interface Asked {
  customerId: string
  /** The first instant of the month in which contracts start. */
  startsAt: string
  /** A year later. */
  endsAt: string
  products: ProductIds
}

/** The contract of each customer, by its alias: one prepays, one has a credit and a discount. */
export function contractOf(alias: string, asked: Asked): object {
  const { customerId, startsAt, endsAt, products } = asked
  const span = { starting_at: startsAt, ending_before: endsAt }
  return {
    customer_id: customerId,
    rate_card_alias: CARD_ALIAS,
    ...span,
    uniqueness_key: `${alias}-demo`,
    ...termsOf(alias, { startsAt, span, products }),
  }
}

interface Terms {
  startsAt: string
  span: { starting_at: string; ending_before: string }
  products: ProductIds
}

function termsOf(alias: string, { startsAt, span, products }: Terms): object {
  switch (alias) {
    case 'northwind':
      return {
        name: 'Enterprise, prepaid',
        commits: [
          {
            product_id: products.commitment,
            name: 'Commitment of the year',
            type: 'PREPAID',
            priority: 2,
            access_schedule: { schedule_items: [{ amount: 1_200_000, ...span }] },
            invoice_schedule: { schedule_items: [{ amount: 1_000_000, timestamp: startsAt }] },
          },
        ],
      }
    case 'helios':
      return {
        name: 'Growth, with a discount',
        overrides: [
          {
            starting_at: startsAt,
            type: 'MULTIPLIER',
            multiplier: 0.9,
            override_specifiers: [{ product_tags: ['models'] }],
          },
        ],
        credits: [
          {
            product_id: products.credit,
            name: 'Welcome credit',
            priority: 1,
            access_schedule: { schedule_items: [{ amount: 25_000, ...span }] },
          },
        ],
      }
    case 'kestrel':
      return {
        name: 'Growth, with onboarding',
        scheduled_charges: [
          {
            product_id: products.onboarding,
            schedule: {
              schedule_items: [{ timestamp: startsAt, unit_price: 150_000, quantity: 1 }],
            },
          },
        ],
      }
    default:
      return { name: 'List prices' }
  }
}
