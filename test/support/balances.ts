import type { AccessSegment, Balance } from '../../src/core/ledger/balance.ts'
import type { LedgerFacts, ManualEntry, PostedDraw } from '../../src/core/ledger/draw.ts'

export const USD = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'
export const JAN = Date.UTC(2026, 0, 1)
export const MID_JAN = Date.UTC(2026, 0, 16)
export const FEB = Date.UTC(2026, 1, 1)
export const MAR = Date.UTC(2026, 2, 1)

export function segment(amount: string, changes: Partial<AccessSegment> = {}): AccessSegment {
  return { id: 's1', amount, startingAt: JAN, endingBefore: FEB, ...changes }
}

export function balance(changes: Partial<Balance> = {}): Balance {
  return {
    id: 'b1',
    type: 'CREDIT',
    customerId: 'customer',
    contractId: null,
    productId: 'fixed',
    priority: '0',
    rateType: 'LIST_RATE',
    creditTypeId: USD,
    segments: [segment('100')],
    payments: null,
    applicability: {},
    applicableContractIds: null,
    rolloverFraction: null,
    uniquenessKey: null,
    customFields: {},
    createdAt: JAN,
    createdBy: 'token',
    archivedAt: null,
    ...changes,
  }
}

export function draw(amount: string, changes: Partial<PostedDraw> = {}): PostedDraw {
  return {
    balanceId: 'b1',
    segmentId: 's1',
    amount,
    at: FEB,
    invoiceId: 'i1',
    contractId: 'c1',
    postedAt: FEB,
    voidedAt: null,
    ...changes,
  }
}

export function manual(amount: string, changes: Partial<ManualEntry> = {}): ManualEntry {
  return {
    id: 'm1',
    balanceId: 'b1',
    segmentId: 's1',
    amount,
    reason: 'Goodwill',
    at: JAN,
    createdAt: JAN,
    ...changes,
  }
}

export function facts(changes: Partial<LedgerFacts> = {}): LedgerFacts {
  return { posted: [], manual: [], rollovers: [], trueups: [], ...changes }
}
