import { USD, FIAT_CREDIT_TYPES } from '../../src/core/currency.ts'
import type {
  AppliedLine,
  FixedLine,
  Invoice,
  InvoiceLine,
  PaidBy,
  SubscriptionLine,
  UsageLine,
} from '../../src/core/invoices/invoice.ts'
import type { Seller } from '../../src/core/seller.ts'
import type { Printed } from '../../src/documents/invoice/invoice-content.ts'

const MARCH = Date.parse('2026-03-01T00:00:00Z')
const APRIL = Date.parse('2026-04-01T00:00:00Z')
export const EUR = FIAT_CREDIT_TYPES.find(({ name }) => name === 'EUR')!.id
export const CREDITS = '5f1d36c5-73a2-4a5e-8bfc-1c50a7a0d0c1'

export const SELLER: Seller = {
  name: 'Tactus Software GmbH',
  addressLines: ['Invalidenstraße 12', '10115 Berlin', 'Germany'],
  taxId: 'DE 123 456 789',
  email: 'billing@tactus.example',
  paymentInstructions: ['IBAN DE02 1203 0000 0000 2020 51', 'Please state the invoice number.'],
  footer: 'Tactus Software GmbH · HRB 12345 B · Amtsgericht Berlin',
}

export function usageLine(members: Partial<UsageLine>): UsageLine {
  return {
    type: 'usage',
    name: 'Inference',
    creditTypeId: USD.id,
    quantity: '1',
    unitPrice: '1',
    total: '1',
    startingAt: MARCH,
    endingBefore: APRIL,
    productId: members.name ?? 'Inference',
    productType: 'UsageProductListItem',
    productTags: [],
    productCustomFields: {},
    pricingGroupValues: null,
    presentationGroupValues: null,
    derivation: { metricId: 'metric', rateId: null, increments: [] },
    ...members,
  }
}

export function fixedLine(members: Partial<FixedLine>): FixedLine {
  return {
    type: 'scheduled',
    name: 'Platform fee',
    creditTypeId: USD.id,
    quantity: '1',
    unitPrice: '1',
    total: '1',
    chargeId: 'charge',
    productId: members.name ?? 'fee',
    productType: 'FixedProductListItem',
    productTags: [],
    productCustomFields: {},
    source: { kind: 'scheduled_charge', id: 'charge' },
    sourceCustomFields: {},
    ...members,
  }
}

export function subscriptionLine(members: Partial<SubscriptionLine>): SubscriptionLine {
  return {
    type: 'subscription',
    name: 'Seats',
    creditTypeId: USD.id,
    quantity: '1',
    unitPrice: '1',
    total: '1',
    chargeId: 'seats',
    isProrated: false,
    startingAt: MARCH,
    endingBefore: APRIL,
    productId: 'seats',
    productType: 'SubscriptionProductListItem',
    productTags: [],
    productCustomFields: {},
    pricingGroupValues: null,
    presentationGroupValues: null,
    derivation: {
      rateId: null,
      listPrice: null,
      override: null,
      lost: [],
      billingPeriod: { startingAt: MARCH, endingBefore: APRIL },
      pricedAt: MARCH,
    },
    ...members,
  }
}

/** What a balance pays of a line. */
export function appliedLine(name: string, total: string, line: UsageLine): AppliedLine {
  const paidBy: PaidBy = {
    balanceId: name,
    segmentId: name,
    balanceType: 'PREPAID',
    balanceName: name,
    balanceCustomFields: {},
    remainingBefore: '0',
    remainingAfter: '0',
    runnerUp: null,
  }
  return {
    type: 'applied_commit_or_credit',
    name: `${name} applied`,
    creditTypeId: line.creditTypeId,
    total,
    startingAt: line.startingAt,
    endingBefore: line.endingBefore,
    product: line,
    paidBy,
  }
}

export function invoiceOf(
  lines: InvoiceLine[],
  total: string,
  more: Partial<Invoice> = {},
): Invoice {
  return {
    id: '3b0f5f5c-6d3e-5c1a-9f0e-0a1b2c3d4e5f',
    customerId: '0d6a2f0e-1111-4222-8333-444455556666',
    contractId: '7c1d2e3f-1111-4222-8333-444455556666',
    type: 'USAGE',
    status: 'FINALIZED',
    startingAt: MARCH,
    endingBefore: APRIL,
    issuedAt: APRIL + 86_400_000,
    finalizedAt: APRIL + 86_400_000,
    creditTypeId: USD.id,
    netPaymentTermsDays: 30,
    customFields: {},
    contractCustomFields: {},
    customerCustomFields: {},
    total,
    lines,
    derivation: { ratingVersion: 2, rateSequence: 0, cut: null, unbilled: [] },
    ...more,
  }
}

export function printedOf(invoice: Invoice, more: Partial<Printed> = {}): Printed {
  return {
    invoice,
    customer: {
      id: invoice.customerId,
      name: 'Acme Industries',
      customFields: {
        billing_address: '1 Main Street\nSpringfield, IL 62701\nUSA',
        tax_id: 'US 98-7654321',
      },
    },
    seller: SELLER,
    unitNames: new Map([[CREDITS, 'AI credits']]),
    ...more,
  }
}

/** Something of everything: tiers, dimensions, credits, a custom unit, seats, fees and a fraction of spend. */
export function enterpriseInvoice(more: Partial<Invoice> = {}): Invoice {
  const dimensions = (model: string, region: string) => ({
    pricingGroupValues: { model },
    presentationGroupValues: { region },
  })
  const calls = { name: 'API calls' }
  const tokens = { name: 'Inference, 1,000 tokens', creditTypeId: CREDITS }
  const large = usageLine({
    ...tokens,
    ...dimensions('large', 'us'),
    quantity: '1860',
    unitPrice: '5',
    total: '9300',
  })
  const storage = usageLine({
    name: 'Storage, peak GB',
    quantity: '140.8',
    unitPrice: '12.5',
    total: '1760',
  })
  return invoiceOf(
    [
      usageLine({
        ...calls,
        quantity: '100',
        unitPrice: '5',
        total: '500',
        tier: { level: 1, startingAt: '0', size: '100' },
      }),
      usageLine({
        ...calls,
        quantity: '400',
        unitPrice: '3',
        total: '1200',
        tier: { level: 2, startingAt: '100', size: '400' },
      }),
      usageLine({
        ...calls,
        quantity: '1234567.5',
        unitPrice: '0.0000025',
        total: '3.08641875',
        tier: { level: 3, startingAt: '500', size: null },
      }),
      large,
      usageLine({
        ...tokens,
        ...dimensions('large', 'eu'),
        quantity: '1240',
        unitPrice: '4',
        total: '4960',
      }),
      usageLine({
        ...tokens,
        ...dimensions('small', 'eu'),
        quantity: '6200',
        unitPrice: '0.25',
        total: '1550',
      }),
      appliedLine('Launch credit', '-1000', large),
      storage,
      appliedLine('Yearly commit', '-1760', storage),
      subscriptionLine({
        quantity: '20',
        unitPrice: '3100',
        total: '62000',
        startingAt: APRIL,
        endingBefore: Date.parse('2026-05-01T00:00:00Z'),
      }),
      subscriptionLine({
        quantity: '5',
        unitPrice: '1500',
        total: '7500',
        isProrated: true,
        startingAt: Date.parse('2026-03-17T00:00:00Z'),
      }),
      fixedLine({ quantity: '1', unitPrice: '250000', total: '250000' }),
      fixedLine({
        name: 'Loyalty',
        quantity: '1',
        unitPrice: '-5000',
        total: '-5000',
        source: { kind: 'discount', id: 'd' },
      }),
      fixedLine({
        name: 'Onboarding',
        quantity: '2.5',
        unitPrice: '20000',
        total: '50000',
        source: { kind: 'professional_service', id: 'p' },
        service: { metadata: 'Two days on site and a half by phone' },
      }),
      fixedLine({
        type: 'commit_purchase',
        name: 'Postpaid 2025',
        quantity: '1',
        unitPrice: '12000',
        total: '12000',
        source: { kind: 'trueup', id: 't', balanceType: 'POSTPAID' },
      }),
      {
        type: 'usage',
        name: 'Support',
        creditTypeId: USD.id,
        quantity: '37160',
        unitPrice: '0.04',
        total: '1486.4',
        startingAt: MARCH,
        endingBefore: APRIL,
        productId: 'support',
        productType: 'CompositeProductListItem',
        productTags: [],
        productCustomFields: {},
        pricingGroupValues: null,
        presentationGroupValues: null,
        derivation: {
          rateId: null,
          listPrice: null,
          override: null,
          lost: [],
          scope: { productIds: null, productTags: null } as never,
          base: '37160',
          shares: [],
        },
      },
      {
        type: 'cpu_conversion',
        name: 'AI credits to USD (cents)',
        creditTypeId: USD.id,
        quantity: '14810',
        unitPrice: '2',
        total: '29620',
        startingAt: MARCH,
        endingBefore: APRIL,
        derivation: { customCreditTypeId: CREDITS },
      },
    ],
    '409309.48641875',
    more,
  )
}

/** Many products of many dimensions, over several pages. */
export function longInvoice(count: number, more: Partial<Invoice> = {}): Invoice {
  const lines = Array.from({ length: count }, (_, i) =>
    usageLine({
      name: `Product ${String(Math.floor(i / 23) + 1)}`,
      pricingGroupValues: { model: `model-${i % 7}`, region: ['us', 'eu', 'ap'][i % 3]! },
      presentationGroupValues: i % 5 === 0 ? { team: `team ${i}` } : null,
      quantity: String(1_000 * (i + 1)),
      unitPrice: '0.25',
      total: String(250 * (i + 1)),
    }),
  )
  return invoiceOf(lines, String((250 * count * (count + 1)) / 2), more)
}

const NAMES = 'Łódź Ελλάδα Київ 株式会社東京 서울 שלום عربى हिन्दी ไทย 🧾'

/** Documents that are compared exactly. */
export const GOLDEN = {
  enterprise: printedOf(enterpriseInvoice()),
  draft: printedOf(longInvoice(60, { status: 'DRAFT', finalizedAt: null })),
  void: printedOf(invoiceOf([], '0', { status: 'VOID' })),
  names: {
    ...printedOf(
      invoiceOf(
        [
          usageLine({
            name: '東京のサービス',
            creditTypeId: EUR,
            pricingGroupValues: { 地域: 'שלום', region: 'عربى السلام' },
            unitPrice: '10',
            total: '10',
          }),
          usageLine({
            name: 'हिन्दी सेवा (क्षत्रिय)',
            creditTypeId: EUR,
            unitPrice: '-20.005',
            total: '-20.005',
          }),
        ],
        '-10.005',
        { creditTypeId: EUR },
      ),
    ),
    customer: { id: 'customer', name: NAMES, customFields: {} },
    seller: { ...SELLER, name: 'שלום עולם בע"מ', numberFormat: '1.234,56' },
  },
} satisfies Record<string, Printed>

export async function hashOf(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
