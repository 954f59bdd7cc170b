import { expect, test } from 'vitest'
import type { CompositeLine } from '../../src/core/invoices/invoice.ts'
import type { ContractInput } from '../../src/core/contracts/create-contract.ts'
import type { ProductState } from '../../src/core/catalog/product.ts'
import { USD } from '../../src/core/currency.ts'
import { creditTypes } from '../../src/db/schema.ts'
import {
  addContract,
  addProduct,
  addRate,
  addRateCard,
  createBilling,
  db,
  ingest,
  readInvoices,
  type Billing,
} from '../support/billing.ts'
import { percentage, showLines } from '../support/drafts.ts'
import { at } from '../support/terms.ts'

/** A composite product of the billing's product, on its card. */
async function addFee(billing: Billing, state: Partial<ProductState> = {}): Promise<string> {
  const initial = { name: 'Fee', billableMetricId: undefined, ...state }
  const productId = await addProduct(
    billing.environmentId,
    { compositeProductIds: [billing.productId], ...initial },
    { type: 'COMPOSITE' },
  )
  await addRate({ ...billing, productId }, { price: percentage('0.1') })
  return productId
}

async function onNewCard(billing: Billing, input: Partial<ContractInput> = {}): Promise<string> {
  const rateCardId = await addRateCard(billing.environmentId)
  await addRate({ ...billing, rateCardId }, { price: '7' })
  return addContract({ ...billing, rateCardId }, input)
}

/** Each draft of March as `the contract's number: its lines`. */
async function drafts(billing: Billing, contracts: string[]) {
  const invoices = await readInvoices(billing, '2026-03-20')
  return invoices
    .filter(({ startingAt }) => startingAt! >= at('2026-03-01'))
    .map(
      ({ contractId, lines }) => `${contracts.indexOf(contractId)}: ${showLines(lines).join(', ')}`,
    )
    .sort()
}

test('the name of a custom unit is on the line that converts it', async () => {
  const billing = await createBilling()
  const id = crypto.randomUUID()
  const unit = { id, environmentId: billing.environmentId, createdAt: 0, createdBy: 'test' }
  await db.insert(creditTypes).values({ ...unit, name: 'AI credits' })
  const conversions = [{ customCreditTypeId: id, fiatPerCustomCredit: '10' }]
  const rateCardId = await addRateCard(billing.environmentId, { conversions })
  await addRate({ ...billing, rateCardId }, { price: '3', creditTypeId: id })
  await addContract({ ...billing, rateCardId }, { startingAt: at('2026-03-01') })
  await ingest(billing, [{ at: '2026-03-02' }, { at: '2026-03-03' }])
  const [draft] = await readInvoices(billing, '2026-03-20')
  expect([draft?.creditTypeId, draft?.total]).toEqual([USD.id, '60'])
  expect(showLines(draft!.lines)).toEqual([
    'API calls 1..1: 2 × 3 = 6',
    'AI credits to USD (cents) 1..1: 6 × 10 = 60',
  ])
})

test('a composite of the scope CUSTOMER counts all contracts and is billed on the first', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '5' })
  await addFee(billing, { compositeScope: 'CUSTOMER' })
  const startingAt = at('2026-03-01')
  const contracts = [
    await addContract(billing, { startingAt: at('2026-02-01') }),
    await addContract(billing, { startingAt }),
    await onNewCard(billing, { startingAt: at('2026-03-11') }),
  ]
  await ingest(billing, [{ at: '2026-03-02' }, { at: '2026-03-15' }, { at: '2026-02-15' }])
  // 2 × 5 + 2 × 5 + 1 × 7; what was used in February is of February.
  expect(await drafts(billing, contracts)).toEqual([
    '0: API calls 1..1: 2 × 5 = 10, Fee 1..1: 27 × 0.1 = 2.7',
    '1: API calls 1..1: 2 × 5 = 10',
    '2: API calls 11..1: 1 × 7 = 7',
  ])
})

test('a composite of the scope CUSTOMER counts the subscriptions of other contracts, too', async () => {
  const billing = await createBilling()
  const { environmentId } = billing
  const seat = await addProduct(environmentId, { name: 'Seat' }, { type: 'SUBSCRIPTION' })
  await addRate(billing, { price: '5' })
  await addFee(billing, { compositeScope: 'CUSTOMER', compositeProductIds: [seat] })
  const rateCardId = await addRateCard(environmentId)
  const ofSeats = { environmentId, rateCardId, productId: seat }
  // The quarter has the price of its start, whatever the card says later.
  await addRate(ofSeats, {
    price: '300',
    billingFrequency: 'QUARTERLY',
    endingBefore: at('2026-01-10'),
  })
  await addRate(ofSeats, {
    price: { rateType: 'SUBSCRIPTION', price: '40', quantity: '2', isProrated: true },
    startingAt: at('2026-03-01'),
  })
  const contracts = [
    await addContract(billing),
    await addContract(
      { ...billing, rateCardId },
      {
        startingAt: at('2026-01-01'),
        subscriptions: [
          {
            id: crypto.randomUUID(),
            productId: seat,
            billingFrequency: 'QUARTERLY',
            collectionSchedule: 'ARREARS',
            proration: {},
            initialQuantity: '3',
            billingCycle: { invoicePlacement: 'ON_USAGE_INVOICE' },
            customFields: {},
          },
        ],
      },
    ),
  ]
  expect(await drafts(billing, contracts)).toEqual([
    '0: API calls 1..1: 0 × 5 = 0, Fee 1..1: 980 × 0.1 = 98',
    '1: Seat 1..1: 3 × 300 = 900, Seat 1..1: 2 × 40 = 80',
  ])
})

test('when the contract that bills it ends, the next one goes on', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '5' })
  await addFee(billing, { compositeScope: 'CUSTOMER' })
  const contracts = [
    await addContract(billing, { startingAt: at('2026-02-01'), endingBefore: at('2026-03-11') }),
    await addContract(billing, { startingAt: at('2026-03-01') }),
  ]
  await ingest(billing, [{ at: '2026-03-02' }, { at: '2026-03-15' }, { at: '2026-03-16' }])
  expect(await drafts(billing, contracts)).toEqual([
    '0: API calls 1..11: 1 × 5 = 5, Fee 1..11: 10 × 0.1 = 1',
    '1: API calls 1..1: 3 × 5 = 15, Fee 11..1: 10 × 0.1 = 1',
  ])
})

test('contracts with other statement periods count by what they spend in the time of the invoice', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '5' })
  await addFee(billing, { compositeScope: 'CUSTOMER' })
  const startingAt = at('2026-01-01')
  const first = await addContract(billing, { startingAt })
  const other = await onNewCard(billing, {
    startingAt: at('2026-02-11'),
    usageStatementSchedule: { frequency: 'QUARTERLY' },
  })
  // Of the quarter's 1 + 2 × 7, only what was used in March is of the fee for March.
  await ingest(billing, [{ at: '2026-02-15' }, { at: '2026-03-02' }, { at: '2026-03-15' }])
  const invoices = await readInvoices(billing, '2026-03-20')
  const ofOther = invoices.filter(({ contractId }) => contractId === other)
  expect(ofOther.map(({ total }) => total)).toEqual(['21'])
  const fees = invoices
    .filter(({ contractId }) => contractId === first)
    .map(({ lines }) => showLines(lines).at(-1))
  expect(fees).toEqual([
    'Fee 1..1: 0 × 0.1 = 0',
    // 5 and 7 in February, and twice both in March.
    'Fee 1..1: 12 × 0.1 = 1.2',
    'Fee 1..1: 24 × 0.1 = 2.4',
  ])
})

test('spend of a contract in another currency is left out, and the line says whose', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '5' })
  await addFee(billing, { compositeScope: 'CUSTOMER' })
  const first = await addContract(billing, { startingAt: at('2026-02-01') })
  const rateCardId = await addRateCard(billing.environmentId, { fiatCreditTypeId: 'other' })
  const other = await addContract({ ...billing, rateCardId }, { startingAt: at('2026-03-01') })
  await ingest(billing, [{ at: '2026-03-02' }])
  const invoices = await readInvoices(billing, '2026-03-20', { contractId: first })
  const line = invoices.at(-1)!.lines[1]!
  expect(showLines([line])).toEqual(['Fee 1..1: 5 × 0.1 = 0.5'])
  expect((line as CompositeLine).derivation).toMatchObject({
    scope: 'CUSTOMER',
    base: '5',
    leftOut: [other],
  })
})
