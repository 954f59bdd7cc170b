/**
 * What the seller of inference agrees on with its customer in the quickstart with commits. Amounts
 * and prices are in US cents.
 */

export const BUYER = { name: 'Vela Robotics', alias: 'vela' }

export const START = '2026-01-01T00:00:00Z'
/** The credit can be used up to here, in the middle of the first period. */
export const CREDIT_END = '2026-01-16T00:00:00Z'
/** The second contract takes over from the first one, a month before that would end. */
export const RENEWAL = '2026-03-01T00:00:00Z'
export const FIRST_END = '2026-04-01T00:00:00Z'
export const SECOND_END = '2026-05-01T00:00:00Z'

export const TOKEN_PRICES = { small: '0.002', large: '0.016' }
export type Model = keyof typeof TOKEN_PRICES
/** For a GB of the month's peak. */
export const STORAGE_PRICE = '12.5'

/** Only for the larger model, and cheaper than any commit: it goes first. */
export const CREDIT = { name: 'Launch credit', granted: '15000', priority: 1 }
/** Worth more than it costs, and a tenth of it goes on with a renewal. */
export const FIRST_COMMIT = {
  name: 'Yearly commit',
  granted: '100000',
  paid: '80000',
  rollover: '0.1',
  priority: 10,
}
export const SECOND_COMMIT = { name: 'Renewed commit', granted: '20000', paid: '20000' }

/** Every day has the same usage: tokens by model. */
export const TOKENS_A_DAY: Record<Model, number> = { small: 400_000, large: 50_000 }
/** Gigabytes at the peak of each month. */
export const PEAKS = { '2026-01': '120.4', '2026-02': '131.2', '2026-03': '140.8' }
/** Tokens of the larger model on the last day of February, which arrive in March. */
export const LATE = { timestamp: '2026-02-28T21:00:00Z', tokens: 100_000 }
