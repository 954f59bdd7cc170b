import type { z } from '@hono/zod-openapi'
import { toText } from '../../core/decimal.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { balanceNow } from '../../core/ledger/balance-now.ts'
import type { Balance } from '../../core/ledger/balance.ts'
import type { BalancesReading } from '../../core/ledger/draw.ts'
import { type LedgerEntry, ledgerOf } from '../../core/ledger/ledger.ts'
import { movementsOf } from '../../core/ledger/movements.ts'
import { toApiTimestamp } from '../schemas.ts'
import type { CommitReading, LedgerEntryBody } from './commit-answers.ts'

/** What of balances is shown besides their terms. */
export interface BalanceInclusions {
  include_balance?: boolean
  include_ledgers?: boolean
}

/** What has become of some balances at an instant, by their ids, as far as it is asked for. */
export function toCommitReadings(
  { facts, reserved }: BalancesReading,
  balances: readonly Balance[],
  { include_balance = false, include_ledgers = false }: BalanceInclusions,
  now: number,
): Map<string, CommitReading> {
  const movements = movementsOf(balances, { facts, reserved })
  return new Map(
    balances.map((balance) => {
      const own = movements.get(balance.id) ?? []
      const reading: CommitReading = {
        ...(include_balance && { balance: toText(balanceNow(balance, own, now)) }),
        ...(include_ledgers && {
          ledger: ledgerOf(balance, own, now)?.map(toApiLedgerEntry) ?? null,
        }),
      }
      return [balance.id, reading] as const
    }),
  )
}

/** Entries that concern a whole postpaid commit, and those made by hand, name no segment. */
const ENTRIES_OF_WHOLE = new Set([
  'POSTPAID_COMMIT_INITIAL_BALANCE',
  'POSTPAID_COMMIT_TRUEUP',
  'POSTPAID_COMMIT_EXPIRATION',
  'PREPAID_COMMIT_MANUAL',
  'POSTPAID_COMMIT_MANUAL',
  'CREDIT_MANUAL',
])

function toApiLedgerEntry(entry: LedgerEntry): z.input<typeof LedgerEntryBody> {
  const { type, at, amount, segmentId, invoiceId, contractId, newContractId, reason } = entry
  return {
    type,
    timestamp: toApiTimestamp(at),
    amount: jsonNumber(amount),
    segment_id: ENTRIES_OF_WHOLE.has(type) ? undefined : segmentId,
    invoice_id: invoiceId,
    contract_id: contractId,
    new_contract_id: newContractId,
    reason,
  }
}
