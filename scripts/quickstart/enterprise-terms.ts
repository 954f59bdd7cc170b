/**
 * What a customer of the quickstart gets by a package: usage priced by dimension, in a unit of its
 * own or by a ladder, seats, charges on dates, and a fee. Prices are in US cents, or in credits.
 */

export const ENTERPRISE = { name: 'Orion Logistics', alias: 'orion' }
export const PACKAGE_ALIAS = 'enterprise'

export const SEATS_ADDED = '2026-03-17T00:00:00Z'
export const CARD_START = '2026-01-01T00:00:00Z'

/** The custom pricing unit, and what one of it is worth in cents. */
export const CREDITS = { name: 'AI credits', cents: '2' }

/** In credits, for 1,000 tokens. */
export const TOKEN_RATES = [
  { model: 'large', region: 'eu', price: '5' },
  { model: 'large', region: 'us', price: '5' },
  { model: 'small', region: 'eu', price: '0.25' },
  { model: 'small', region: 'us', price: '0.2' },
]
export const TOKENS_PER_UNIT = 1_000
/** The package has the larger model in Europe for less. */
export const DISCOUNT = { model: 'large', region: 'eu', multiplier: '0.8' }

/** For a call: each step of the ladder has a size and a price. */
export const CALL_TIERS = [
  { size: 100, price: '5' },
  { size: 400, price: '3' },
  { size: null, price: '1' },
]

/** A fraction of what tokens and calls cost. */
export const SUPPORT_FRACTION = '0.04'

export const SEATS = { price: '3100', initial: 20, added: 5 }

/** What is paid on dates, counted in days from the contract's start. */
export const ONBOARDING = [
  { day: 0, price: '250000' },
  { day: 14, price: '50000' },
]

/** Every day of March has the same usage. */
export const USAGE_A_DAY = {
  tokens: [
    { model: 'large', region: 'eu', tokens: 40_000 },
    { model: 'large', region: 'us', tokens: 60_000 },
    { model: 'small', region: 'eu', tokens: 200_000 },
    { model: 'small', region: 'us', tokens: 300_000 },
  ],
  calls: 20,
}
