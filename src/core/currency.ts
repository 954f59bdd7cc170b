import { deriveId } from './id.ts'

/** What money is counted in: a fiat currency or a custom pricing unit. */
export interface CreditType {
  id: string
  name: string
  isCurrency: boolean
}

/** US dollars are counted in cents, every other currency in whole units (spec pricing, 1.1). */
export const USD: CreditType = {
  id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2',
  name: 'USD (cents)',
  isCurrency: true,
}

const WHOLE_UNIT_CURRENCIES = [
  'AUD',
  'BRL',
  'CAD',
  'CHF',
  'CZK',
  'EUR',
  'GBP',
  'INR',
  'MXN',
  'NGN',
  'NOK',
  'PLN',
  'SEK',
  'TRY',
  'ZAR',
  'NZD',
  'SGD',
]

/** The built-in fiat credit types. */
export const FIAT_CREDIT_TYPES: readonly CreditType[] = [
  USD,
  ...WHOLE_UNIT_CURRENCIES.map((code) => ({
    id: deriveId('credit-type', code),
    name: code,
    isCurrency: true,
  })),
]

export function findFiatCreditType(id: string): CreditType | undefined {
  return FIAT_CREDIT_TYPES.find((creditType) => creditType.id === id)
}
