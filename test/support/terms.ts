import type { Catalog } from '../../src/core/catalog/catalog.ts'
import type { Product, ProductState } from '../../src/core/catalog/product.ts'
import type { RateCard } from '../../src/core/catalog/rate-card.ts'
import type { Price } from '../../src/core/catalog/price.ts'
import type { Rate } from '../../src/core/catalog/rate.ts'
import type { Contract, StatementSchedule } from '../../src/core/contracts/contract.ts'
import type { Subscription } from '../../src/core/contracts/subscription.ts'
import { USD } from '../../src/core/currency.ts'
import type { StreamingMetric } from '../../src/core/metering/metric.ts'
import type { Package } from '../../src/core/packages/package.ts'

/** Builders of terms for tests: what a test does not say is the plainest that works. */

/** Midnight UTC of a day, or the hour of it: `2026-03-01`, `2026-03-01T10`. */
export function at(text: string): number {
  const ms = Date.parse(text.includes('T') ? `${text}:00:00Z` : `${text}T00:00:00Z`)
  if (Number.isNaN(ms)) throw new Error(`No instant: ${text}`)
  return ms
}

export function period(start: string, end: string) {
  return { startMs: at(start), endMs: at(end) }
}

export function metric(options: Partial<StreamingMetric> = {}): StreamingMetric {
  return {
    id: 'metric',
    name: 'Calls',
    aggregationType: 'COUNT',
    propertyFilters: [],
    groupKeys: [],
    ...options,
  }
}

export function product(options: Partial<Product> & { state?: Partial<ProductState> } = {}) {
  const { state, ...rest } = options
  const made: Product = {
    id: 'product',
    type: 'USAGE',
    initial: { name: 'API calls', tags: [], billableMetricId: 'metric', ...state },
    updates: [],
    customFields: {},
    createdAt: 0,
    createdBy: 'test',
    archivedAt: null,
    ...rest,
  }
  return made
}

let sequence = 0

/** A price that is a text is a flat one. */
export type RateOptions = Partial<Omit<Rate, 'price'>> & { price?: string | Price }

/** Rates are newer the later they are built, unless they say otherwise. */
export function rate({ price = '1', ...options }: RateOptions = {}): Rate {
  sequence += 1
  return {
    id: `rate-${sequence}`,
    sequence,
    rateCardId: 'card',
    productId: 'product',
    pricingGroupValues: null,
    startingAt: at('2020-01-01'),
    endingBefore: null,
    entitled: true,
    price: typeof price === 'string' ? { rateType: 'FLAT', price } : price,
    commitPrice: null,
    billingFrequency: null,
    creditTypeId: USD.id,
    createdAt: 0,
    ...options,
  }
}

export function rateCard(options: Partial<RateCard> = {}): RateCard {
  return {
    id: 'card',
    name: 'Standard',
    description: null,
    fiatCreditTypeId: USD.id,
    conversions: [],
    productOrder: [],
    aliases: [],
    customFields: {},
    createdAt: 0,
    createdBy: 'test',
    archivedAt: null,
    ...options,
  }
}

export function catalog(options: Partial<Catalog> = {}): Catalog {
  return {
    rateCard: rateCard(),
    products: [product()],
    rates: [],
    metrics: [metric()],
    ...options,
  }
}

type ContractOptions = Partial<Omit<Contract, 'terms'>> & { statements?: StatementSchedule }

export function contract(options: ContractOptions = {}): Contract {
  const { statements, ...rest } = options
  return {
    id: 'contract',
    customerId: 'customer',
    rateCardId: 'card',
    packageId: null,
    uniquenessKey: null,
    startingAt: at('2026-01-01'),
    endingBefore: null,
    terms: {
      statementSchedule: statements ?? { frequency: 'MONTHLY', anchorMs: at('2026-01-01') },
    },
    customFields: {},
    createdAt: 0,
    createdBy: 'test',
    archivedAt: null,
    ...rest,
  }
}

type PackageOptions = Partial<Omit<Package, 'terms'>> & { terms?: Partial<Package['terms']> }

export function packaged({ terms, ...rest }: PackageOptions = {}): Package {
  return {
    id: 'package',
    name: 'Starter',
    uniquenessKey: null,
    rateCardId: 'card',
    rateCardAlias: null,
    aliases: [],
    terms: { usageStatementSchedule: { frequency: 'MONTHLY', day: 'FIRST_OF_MONTH' }, ...terms },
    createdAt: 0,
    createdBy: 'test',
    archivedAt: null,
    ...rest,
  }
}

/** Five seats of a monthly subscription that is billed in advance and prorated. */
export function subscription(options: Partial<Subscription> = {}): Subscription {
  return {
    id: 'subscription',
    productId: 'product',
    billingFrequency: 'MONTHLY',
    collectionSchedule: 'ADVANCE',
    proration: { isProrated: true, invoiceBehavior: 'BILL_IMMEDIATELY' },
    startingAt: at('2026-01-01'),
    endingBefore: null,
    quantityManagementMode: 'QUANTITY_ONLY',
    quantities: [{ at: options.startingAt ?? at('2026-01-01'), quantity: '5', createdAt: 0 }],
    invoicePlacement: 'ON_USAGE_INVOICE',
    customFields: {},
    createdAt: 0,
    ...options,
  }
}

/** Changes of a quantity, such as `{ '2026-01-01': '5' }`. */
export function quantities(changes: Record<string, string>): Subscription['quantities'] {
  return Object.entries(changes).map(([day, quantity]) => {
    return { at: at(day), quantity, createdAt: 0 }
  })
}
