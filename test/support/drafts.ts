import type { Catalog } from '../../src/core/catalog/catalog.ts'
import type { Price } from '../../src/core/catalog/price.ts'
import type { Product, ProductState } from '../../src/core/catalog/product.ts'
import type { Invoice, InvoiceLine } from '../../src/core/invoices/invoice.ts'
import type { StatementCharges } from '../../src/core/invoices/usage-invoice.ts'
import type { Balance } from '../../src/core/ledger/balance.ts'
import { openingRemaining } from '../../src/core/ledger/remaining.ts'
import { rateStatement } from '../../src/core/invoices/rate-statement.ts'
import { usageInvoiceHeader } from '../../src/core/invoices/usage-invoice.ts'
import { planUsage } from '../../src/core/rating/plan-usage.ts'
import type { PricingTerms } from '../../src/core/rating/resolve-terms.ts'
import { HOUR_MS } from '../../src/core/time.ts'
import { facts } from './balances.ts'
import { MARCH } from './rate-events.ts'
import { at, contract, product } from './terms.ts'
import { answer, type TestEvent } from './usage.ts'

/** The draft for March, everything from events to lines, with all of the balances at hand. */
export function draftMarch(
  catalog: Catalog,
  events: TestEvent[],
  terms: PricingTerms = {},
  { balances, charges }: { balances?: readonly Balance[]; charges?: StatementCharges } = {},
): Invoice {
  const drawing = balances && {
    contractId: contract().id,
    balances,
    remaining: openingRemaining(balances, facts()),
  }
  const header = usageInvoiceHeader({
    contract: contract(),
    customer: { customFields: {} },
    fiatCreditTypeId: catalog.rateCard.fiatCreditTypeId,
    period: MARCH,
    graceMs: 24 * HOUR_MS,
  })
  const plan = planUsage(catalog, MARCH, terms, { drawing })
  const queries = plan.reads.map(({ query }) => query)
  const reading = answer(queries, catalog.metrics, events)
  return rateStatement(header, { catalog, terms, plan, reading }, at('2026-03-20'), {
    charges,
    drawing,
  })
}

/** Lines as texts: name, days of March, `quantity × unit price = total`. */
export function showLines(lines: readonly InvoiceLine[]): string[] {
  return lines.map((line) => {
    const { name, total } = line
    if (line.type === 'applied_commit_or_credit') return `${name}: ${total}`
    const { quantity, unitPrice } = line
    if ('source' in line) return `${name}: ${quantity} × ${unitPrice} = ${total}`
    const { startingAt, endingBefore } = line
    const days = [startingAt, endingBefore].map((ms) => new Date(ms).getUTCDate()).join('..')
    return `${name} ${days}: ${quantity} × ${unitPrice} = ${total}`
  })
}

/** A composite product, of the product `product` unless it says otherwise. */
export function composite(
  id: string,
  state: Partial<ProductState> = { compositeProductIds: ['product'] },
  options: Partial<Product> = {},
): Product {
  const { billableMetricId: _, ...initial } = product().initial
  return product({ ...options, id, type: 'COMPOSITE', initial: { ...initial, name: id, ...state } })
}

export function percentage(price: string, minimum: string | null = null): Price {
  return { rateType: 'PERCENTAGE', price, minimum }
}

/** `1000@0.1 @0.05`: a tenth of the first 1000, a twentieth of the rest. */
export function percentageSteps(text: string, minimum: string | null = null): Price {
  const tiers = text.split(' ').map((step) => {
    const [size, price] = step.split('@') as [string, string]
    return { size: size === '' ? null : size, price }
  })
  return { rateType: 'TIERED_PERCENTAGE', tiers, minimum }
}
