import { addConversions } from '../core/catalog/add-conversions.ts'
import { orderProducts } from '../core/catalog/product-order.ts'
import type { CardAlias, CreditTypeConversion, RateCard } from '../core/catalog/rate-card.ts'
import { releaseAliases } from '../core/catalog/release-aliases.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import type { AliasHolders } from '../db/alias-holders.ts'
import { loadCreditTypes } from '../db/credit-types.ts'
import { writeWithFields } from '../db/custom-fields.ts'
import type { Database } from '../db/database.ts'
import {
  findRateCard,
  insertRateCard,
  loadAliasHolders,
  loadProductIds,
  replaceProductOrder,
  updateRateCard,
  type RateCardChanges,
} from '../db/rate-cards.ts'

/** How often a change is decided anew because others changed meanwhile what it depends on. */
const ATTEMPTS_MAX = 5

/** What a new card is worth in custom units is decided here; the rest is as it is asked for. */
export interface NewRateCard extends Omit<RateCard, 'conversions'> {
  addedConversions: CreditTypeConversion[]
}

/** Creates a card; other cards lose the aliases that it takes (pricing 3.2). */
export async function createRateCard(
  db: Database,
  environmentId: string,
  { addedConversions, ...input }: NewRateCard,
): Promise<Result<{ id: string }>> {
  const { id, aliases } = input
  // A request that died after its write is run again under its key, with the same id.
  if ((await findRateCard(db, environmentId, id)) !== null) return ok({ id })
  const units = await loadUnitIds(db, environmentId, addedConversions)
  const conversions = addConversions([], addedConversions, units, 'credit_type_conversions')
  if (!conversions.ok) return conversions
  const card = { ...input, conversions: conversions.value }
  const holder = {
    entity: 'rate_card' as const,
    entityId: id,
    fields: input.customFields,
    field: 'custom_fields',
  }
  return retryChange(id, async () => {
    const { holders, released } = await takeAliases(db, environmentId, id, aliases)
    return writeWithFields(db, environmentId, [holder], (fieldWrites) =>
      insertRateCard(db, environmentId, card, holders, released, fieldWrites),
    )
  })
}

/** A change of a card as it is asked for; what is omitted stays as it is. */
export interface RateCardChange extends Omit<RateCardChanges, 'conversions'> {
  addedConversions?: CreditTypeConversion[]
}

/** Changes what a card is called and converts; its rates have a history of their own (pricing 3.1). */
export async function changeRateCard(
  db: Database,
  environmentId: string,
  id: string,
  { addedConversions = [], ...change }: RateCardChange,
): Promise<Result<{ id: string }>> {
  const units = await loadUnitIds(db, environmentId, addedConversions)
  return retryChange(id, async () => {
    const card = await findRateCard(db, environmentId, id)
    if (card === null) return noRateCard(id)
    const conversions = addConversions(
      card.conversions,
      addedConversions,
      units,
      'add_credit_type_conversions',
    )
    if (!conversions.ok) return conversions
    const changes =
      addedConversions.length === 0 ? change : { ...change, conversions: conversions.value }
    const { holders, released } = await takeAliases(db, environmentId, id, change.aliases ?? [])
    return ok(await updateRateCard(db, environmentId, card, changes, holders, released))
  })
}

/**
 * Puts the products of a card in the order of their invoice lines (pricing 3.5).
 * @param decide on the order, from the present one of all products of the card
 */
export async function changeProductOrder(
  db: Database,
  environmentId: string,
  id: string,
  decide: (current: string[]) => Result<string[]>,
): Promise<Result<{ id: string }>> {
  return retryChange(id, async () => {
    const card = await findRateCard(db, environmentId, id)
    if (card === null) return noRateCard(id)
    const entered = await loadProductIds(db, environmentId, id)
    const order = decide(orderProducts(entered, card.productOrder))
    if (!order.ok) return order
    return ok(await replaceProductOrder(db, environmentId, card, order.value))
  })
}

function noRateCard(id: string) {
  return refuse('not_found', `rate_card_id: no rate card ${id}`)
}

async function loadUnitIds(
  db: Database,
  environmentId: string,
  conversions: CreditTypeConversion[],
): Promise<Set<string>> {
  const ids = conversions.map(({ customCreditTypeId }) => customCreditTypeId)
  const units = await loadCreditTypes(db, environmentId, ids)
  return new Set(units.map((unit) => unit.id))
}

async function takeAliases(
  db: Database,
  environmentId: string,
  cardId: string,
  given: CardAlias[],
): Promise<{ holders: AliasHolders<RateCard>; released: RateCard[] }> {
  const names = [...new Set(given.map((alias) => alias.name))]
  const holders = await loadAliasHolders(db, environmentId, names)
  const others = holders.holders.filter(({ id }) => id !== cardId)
  return { holders, released: releaseAliases(others, given) }
}

/** @param change false when others changed meanwhile what it was decided on */
async function retryChange(
  id: string,
  change: () => Promise<Result<boolean>>,
): Promise<Result<{ id: string }>> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const changed = await change()
    if (!changed.ok) return changed
    if (changed.value) return ok({ id })
  }
  return refuse('overloaded', 'The rate card is being changed by others; try again shortly.')
}
