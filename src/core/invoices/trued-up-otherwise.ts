import { Decimal, sum, toText } from '../decimal.ts'
import type { LedgerFacts } from '../ledger/draw.ts'
import type { Invoice } from './invoice.ts'

type Drawing = Pick<Invoice, 'derivation'>

/** What would be billed wrongly: a true-up that has charged what a commit lacked by other usage. */
export interface WrongTrueup {
  balanceId: string
  /** Of the true-up. */
  invoiceId: string
  /** What the void invoice drew of the commit, and what the usage comes to now: decimal texts. */
  drawn: string
  wanted: string
}

/**
 * Whether a usage invoice can take the place of a void one beside true-ups that are final: only
 * where it draws on their commits what the void one drew, for a true-up is what was committed less
 * what is applied (pricing 6.3). Less would leave a part that nobody is charged for, and more would
 * be charged twice. Null where all is well.
 * @param anew what takes its place, by the balances as they are
 * @param free the same as if the true-ups had charged nothing
 * @param trueups those that are not void
 */
export function truedUpOtherwise(
  { voided, anew, free }: Record<'voided' | 'anew' | 'free', Drawing>,
  trueups: LedgerFacts['trueups'],
): WrongTrueup | null {
  for (const { balanceId, invoiceId } of trueups) {
    const drawn = drawnOf(voided, balanceId)
    const wanted = drawnOf(free, balanceId)
    if (wanted.equals(drawn) && wanted.equals(drawnOf(anew, balanceId))) continue
    return { balanceId, invoiceId, drawn: toText(drawn), wanted: toText(wanted) }
  }
  return null
}

function drawnOf({ derivation: { draws = [] } }: Drawing, balanceId: string): Decimal {
  const own = draws.filter((draw) => draw.balanceId === balanceId)
  return sum(own.map(({ amount }) => new Decimal(amount)))
}
