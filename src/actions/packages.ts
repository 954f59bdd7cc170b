import { placeRecurring } from '../core/packages/package-recurring.ts'
import { releaseAliases } from '../core/catalog/release-aliases.ts'
import { UNIQUENESS_KEY_USED, type ContractInput } from '../core/contracts/create-contract.ts'
import { packageFields } from '../core/custom-fields/contract-fields.ts'
import { createPackage as decidePackage } from '../core/packages/create-package.ts'
import type { Package } from '../core/packages/package.ts'
import {
  choosePackage,
  provisionPackage,
  type PackagedContractInput,
} from '../core/packages/provision-package.ts'
import { namedInBalances } from '../core/ledger/named-in-balances.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import { loadBalanceSurroundings } from '../db/balance-surroundings.ts'
import { writeWithFields } from '../db/custom-fields.ts'
import { isUniqueConflict, type Database } from '../db/database.ts'
import {
  findPackage,
  insertPackage,
  isPackageKeyUsed,
  loadPackageHolders,
  updatePackage,
  type PackageChanges,
} from '../db/packages.ts'
import { loadSurroundings } from '../db/terms.ts'

/** How often a change of aliases is decided anew because others changed them meanwhile. */
const ALIAS_ATTEMPTS_MAX = 5

/** Creates a package; other packages lose the aliases that it takes (pricing 12, 3.2). */
export async function createPackage(
  db: Database,
  environmentId: string,
  input: Package,
): Promise<Result<{ id: string }>> {
  const { id, aliases: given, createdAt: now } = input
  // A request that died after its write is run again under its key, with the same id.
  if ((await findPackage(db, environmentId, id)) !== null) return ok({ id })
  const decided = decidePackage(input, await surroundingsOf(db, environmentId, input), now)
  if (!decided.ok) return decided
  const fields = packageFields(decided.value)
  const names = [...new Set(given.map((alias) => alias.name))]
  try {
    for (let attempt = 0; attempt < ALIAS_ATTEMPTS_MAX; attempt++) {
      const loaded = await loadPackageHolders(db, environmentId, names)
      const released = releaseAliases(loaded.holders, given)
      const inserted = await writeWithFields(db, environmentId, fields, (fieldWrites) =>
        insertPackage(db, environmentId, decided.value, loaded, released, fieldWrites),
      )
      if (!inserted.ok) return inserted
      if (inserted.value) return ok({ id })
    }
  } catch (error) {
    // Another request may have taken the key between the check and the write.
    if (isUniqueConflict(error, 'uniqueness_key')) return { ok: false, error: UNIQUENESS_KEY_USED }
    throw error
  }
  return refuse('overloaded', TOO_MANY_CHANGES)
}

const TOO_MANY_CHANGES = 'aliases: too many changes of these aliases at once; try again'

/** Changes what a package is called, and by which aliases it is found; its terms stay (pricing 12). */
export async function changePackage(
  db: Database,
  environmentId: string,
  id: string,
  changes: PackageChanges,
): Promise<Result<{ id: string }>> {
  const { aliases = [] } = changes
  const names = [...new Set(aliases.map((alias) => alias.name))]
  for (let attempt = 0; attempt < ALIAS_ATTEMPTS_MAX; attempt++) {
    const pack = await findPackage(db, environmentId, id)
    if (pack === null) return refuse('not_found', `package_id: no package ${id}`)
    if (pack.archivedAt !== null) return refuse('invalid', 'package_id: the package is archived')
    const loaded = await loadPackageHolders(db, environmentId, names)
    const others = loaded.holders.filter((holder) => holder.id !== id)
    const released = releaseAliases(others, aliases)
    if (await updatePackage(db, environmentId, pack, changes, loaded, released)) return ok({ id })
  }
  return refuse('overloaded', TOO_MANY_CHANGES)
}

async function surroundingsOf(db: Database, environmentId: string, input: Package) {
  const { rateCardId, rateCardAlias, uniquenessKey, terms } = input
  const contract = {
    id: '',
    customerId: '',
    rateCardId: rateCardId ?? undefined,
    rateCardAlias: rateCardAlias ?? undefined,
    startingAt: input.createdAt,
    overrides: terms.overrides && [],
    subscriptions: terms.subscriptions && [],
    spendThreshold: terms.spendThreshold,
    prepaidThreshold: terms.prepaidThreshold,
    // Of these, only the products matter here.
    scheduledCharges: terms.scheduledCharges?.map((charge) => ({ ...charge, schedule: {} })),
    recurringBalances: placeRecurring(terms.recurringBalances ?? [], input.createdAt, () => ''),
    customFields: {},
    createdBy: '',
  }
  const loaded = await loadSurroundings(db, environmentId, contract)
  assert(loaded !== null, `environment ${environmentId} must exist for a package to be created`)
  const { rateCards, contents, products, customUnitIds } = loaded.surroundings
  const isUniquenessKeyUsed =
    uniquenessKey !== null && (await isPackageKeyUsed(db, environmentId, uniquenessKey))
  const balances = [...(terms.commits ?? []), ...(terms.credits ?? [])]
  const named = namedInBalances(
    balances.map((balance) => ({ ...balance, path: '', access: [], payments: undefined })),
  )
  const ledger =
    balances.length === 0 ? undefined : await loadBalanceSurroundings(db, environmentId, '', named)
  return { rateCards, contents, products, customUnitIds, ledger, isUniquenessKeyUsed }
}

/**
 * The contract that a request asks to be made from a package, as it is to be created.
 * @param newId makes ids for what the contract consists of
 */
export async function packagedContract(
  db: Database,
  environmentId: string,
  input: PackagedContractInput,
  newId: () => string,
): Promise<Result<ContractInput>> {
  const chosen = choosePackage(input, await candidatesFor(db, environmentId, input))
  return chosen.ok ? provisionPackage(chosen.value, input, newId) : chosen
}

/** The packages that the request's id or alias may mean. */
async function candidatesFor(
  db: Database,
  environmentId: string,
  { packageId, packageAlias = '' }: PackagedContractInput,
): Promise<Package[]> {
  if (packageId === undefined) {
    return (await loadPackageHolders(db, environmentId, [packageAlias])).holders
  }
  const found = await findPackage(db, environmentId, packageId)
  return found === null ? [] : [found]
}
