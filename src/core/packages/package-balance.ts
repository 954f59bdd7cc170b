import type { BalanceInput } from '../ledger/create-balance.ts'
import { addOffsets, type Offset } from './offset.ts'
import type { PackageSchedule } from './package-scheduled-charge.ts'

/** Access at a distance from the contract's start; the amount is a decimal text. */
export interface PackageSegment {
  id: string
  amount: string
  startingAtOffset: Offset
  /** Counted from the segment's own start. */
  duration: Offset
}

type Relative =
  | 'path'
  | 'access'
  | 'payments'
  | 'invoiceContractId'
  | 'applicableContractIds'
  | 'uniquenessKey'

/** A commit or credit of a package's contracts. */
export interface PackageBalance extends Omit<BalanceInput, Relative> {
  access: PackageSegment[]
  payments?: { schedule: PackageSchedule; isInvoiced: boolean }
}

/**
 * The commit or credit as a contract that starts at an instant has it, under an id of its own.
 * @param path how messages name its members, such as `commits[0].`
 */
export function placeBalance(
  { access, payments, ...balance }: PackageBalance,
  contractStart: number,
  id: string,
  path: string,
): BalanceInput {
  return {
    ...balance,
    id,
    path,
    access: access.map(({ amount, startingAtOffset, duration }) => ({
      amount,
      startingAt: addOffsets(contractStart, startingAtOffset),
      endingBefore: addOffsets(contractStart, startingAtOffset, duration),
    })),
    payments: payments && {
      isInvoiced: payments.isInvoiced,
      schedule: {
        creditTypeId: payments.schedule.creditTypeId,
        items: payments.schedule.items.map(({ dateOffset, unitPrice, quantity }) => {
          return { at: addOffsets(contractStart, dateOffset), unitPrice, quantity }
        }),
      },
    },
  }
}
