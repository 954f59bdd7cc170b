import { cardAtAlias, type RateCard } from '../catalog/rate-card.ts'
import {
  createContract,
  UNIQUENESS_KEY_USED,
  type ContractSurroundings,
} from '../contracts/create-contract.ts'
import type { BalanceSurroundings } from '../ledger/check-balance.ts'
import { createBalances } from '../ledger/create-balance.ts'
import { ok, refuse, type Result } from '../result.ts'
import { floorTo, HOUR_MS } from '../time.ts'
import { isAlwaysShorter } from './offset.ts'
import type { Package, PackageTerms } from './package.ts'
import { provisionPackage } from './provision-package.ts'

/** What exists, as far as creating a package depends on it. */
export interface PackageSurroundings extends Pick<
  ContractSurroundings,
  'rateCards' | 'contents' | 'products' | 'customUnitIds'
> {
  /** What its commits and credits depend on; absent where it has none. */
  ledger?: BalanceSurroundings
  isUniquenessKeyUsed: boolean
}

const NO_LEDGER: BalanceSurroundings = { products: [], customUnitIds: new Set(), contracts: [] }

/**
 * Decides on a new package (pricing 12) by making contracts of it, which are thrown away: one that
 * starts now and, with the alias of a rate card, one for each card that is known to have it later.
 * So whatever would be refused then is refused now, in the same words.
 */
export function createPackage(
  input: Package,
  asked: PackageSurroundings,
  now: number,
): Result<Package> {
  const { isUniquenessKeyUsed, rateCards, contents, products, customUnitIds } = asked
  const { ledger = NO_LEDGER } = asked
  if (isUniquenessKeyUsed) return { ok: false, error: UNIQUENESS_KEY_USED }
  const schedule = checkStatementSchedule(input.terms)
  if (!schedule.ok) return schedule
  const surroundings: ContractSurroundings = {
    customer: { archivedAt: null },
    rateCards,
    contents,
    products,
    customUnitIds,
    isUniquenessKeyUsed: false,
  }
  for (const startingAt of startsToTry(input, rateCards, now)) {
    const request = { id: '', customerId: '', startingAt, customFields: {}, createdBy: '' }
    const provisioned = provisionPackage(input, request, () => '')
    if (!provisioned.ok) return provisioned
    const contract = createContract(provisioned.value, surroundings, now)
    if (!contract.ok) return contract
    const owner = { customerId: '', contractId: '', createdBy: '' }
    const balances = createBalances(provisioned.value.balances ?? [], owner, ledger, now)
    if (!balances.ok) return balances
  }
  return ok(input)
}

function checkStatementSchedule({ duration, usageStatementSchedule }: PackageTerms): Result<null> {
  const offset = usageStatementSchedule.invoiceGenerationStartingAtOffset
  if (offset === undefined || duration === undefined) return ok(null)
  if (isAlwaysShorter(offset, duration)) return ok(null)
  return refuse(
    'invalid',
    'usage_statement_schedule.invoice_generation_starting_at_offset: expected to end before duration does, whenever the contract starts',
  )
}

/** Now, and when other cards get the alias; only when a card has it, unless none ever has. */
function startsToTry({ rateCardAlias }: Package, cards: RateCard[], now: number): number[] {
  const from = floorTo(now, HOUR_MS)
  if (rateCardAlias === null) return [from]
  const later = cards
    .flatMap(({ aliases }) => aliases)
    .filter(({ name, startingAt }) => name === rateCardAlias && (startingAt ?? 0) > from)
    .map(({ startingAt }) => floorTo((startingAt ?? 0) + HOUR_MS - 1, HOUR_MS))
  const held = [from, ...new Set(later)].filter(
    (at) => cardAtAlias(cards, rateCardAlias, at) !== null,
  )
  return held.length === 0 ? [from] : held
}
