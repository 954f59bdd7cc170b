import { decimalText, shiftDecimal, type Numeric } from '../../format/decimal-text.ts'
import type { Product, ScheduledRate } from '../offering/answers.ts'
import { toNumber } from '../products/draft.ts'

export interface DraftTier {
  key: number
  /** The width of the step; empty for the last one, which never ends. */
  size: string
  price: string
}

/** A price while it is put together. Shares of spend are in percent here. */
export interface PriceDraft {
  rateType: string
  price: string
  tiers: DraftTier[]
  minimum: string
  /** Of a rate for a fixed quantity. */
  quantity: string
  customRate: string
}

export const EMPTY_PRICE: PriceDraft = {
  rateType: 'FLAT',
  price: '',
  tiers: [
    { key: 1, size: '', price: '' },
    { key: 2, size: '', price: '' },
  ],
  minimum: '',
  quantity: '1',
  customRate: '{}',
}

type Answered = ScheduledRate['rate'] | NonNullable<ScheduledRate['commit_rate']>

/** The price that a rate has, to be changed. */
export function toPriceDraft(rate: Answered): PriceDraft {
  const { rate_type: rateType, price, tiers = [] } = rate
  const text = (value: Numeric | undefined) => {
    if (value === undefined) return ''
    return isShare(rateType) ? shiftDecimal(decimalText(value), -2) : decimalText(value)
  }
  const minimum = 'minimum_config' in rate ? rate.minimum_config?.minimum : undefined
  const custom = 'custom_rate' in rate ? rate.custom_rate : undefined
  return {
    ...EMPTY_PRICE,
    rateType,
    price: text(price),
    ...(tiers.length > 0 && {
      tiers: tiers.map((tier, i) => ({
        key: i + 1,
        size: tier.size === undefined ? '' : decimalText(tier.size),
        price: text(tier.price),
      })),
    }),
    quantity: 'quantity' in rate ? decimalText(rate.quantity ?? 1) : '1',
    minimum: minimum === undefined ? '' : decimalText(minimum),
    ...(custom !== undefined && { customRate: JSON.stringify(custom) }),
  }
}

interface RateType {
  value: string
  label: string
}

const FLAT = { value: 'FLAT', label: 'Flat' }
const TIERED = { value: 'TIERED', label: 'Tiered' }
const PACK = { value: 'SUBSCRIPTION', label: 'For a fixed quantity' }
const CUSTOM = { value: 'CUSTOM', label: 'Own pricing' }

/** The ways in which a product of a type can be priced. */
export function rateTypesOf(type: Product['type'] | undefined): readonly RateType[] {
  if (type === 'COMPOSITE') {
    return [
      { value: 'PERCENTAGE', label: 'Percentage' },
      { value: 'TIERED_PERCENTAGE', label: 'Tiered percentage' },
      CUSTOM,
    ]
  }
  return type === 'SUBSCRIPTION' ? [FLAT, PACK, CUSTOM] : [FLAT, TIERED, CUSTOM]
}

export function isShare(rateType: string): boolean {
  return rateType === 'PERCENTAGE' || rateType === 'TIERED_PERCENTAGE'
}

/** Whether a rate is one price, not steps. */
export function hasOnePrice(rateType: string): boolean {
  return ['FLAT', 'PERCENTAGE', 'SUBSCRIPTION'].includes(rateType)
}

/** The members of a request that say a price. */
export function toPriceBody(draft: PriceDraft): Record<string, unknown> {
  const { rateType, price, tiers, minimum } = draft
  const amount = (text: string) => toNumber(isShare(rateType) ? toFraction(text) : text)
  const least = isShare(rateType) && minimum !== ''
  return {
    rate_type: rateType,
    ...(hasOnePrice(rateType) && { price: amount(price) }),
    ...(rateType === 'SUBSCRIPTION' && {
      quantity: toNumber(draft.quantity),
      is_prorated: true,
    }),
    ...(rateType.startsWith('TIERED') && {
      tiers: tiers.map((tier, i) => ({
        ...(i < tiers.length - 1 && { size: toNumber(tier.size) }),
        price: amount(tier.price),
      })),
    }),
    ...(least && { minimum_config: { minimum: toNumber(minimum) } }),
    ...(rateType === 'CUSTOM' && { custom_rate: parseObject(draft.customRate) }),
  }
}

const DECIMAL = /^\d+(\.\d+)?$/

function toFraction(percent: string): string {
  return DECIMAL.test(percent) ? shiftDecimal(decimalText(percent), 2) : percent
}

/** What is no JSON is sent as it is, and refused by the server in its words. */
function parseObject(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
