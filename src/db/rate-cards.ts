import { and, asc, desc, eq, isNull, lte, min, or, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { CardAlias, CreditTypeConversion, RateCard } from '../core/catalog/rate-card.ts'
import type { Rate } from '../core/catalog/rate.ts'
import {
  loadHolders,
  unlessChanged,
  writeAliases,
  writeUnlessChanged,
  type AliasHolders,
} from './alias-holders.ts'
import type { Database } from './database.ts'
import { after, type RowKey } from './keyset.ts'
import { contracts, rateCards, rates } from './schema.ts'
import { hasText, hasTextInList } from './text-search.ts'

export type RateCardRow = typeof rateCards.$inferSelect
export type RateRow = typeof rates.$inferSelect

export function fromRateCardRow(row: RateCardRow): RateCard {
  const { environmentId: _, ...card } = row
  return card
}

export function fromRateRow(row: RateRow): Rate {
  const { environmentId: _, ...rate } = row
  return rate
}

export async function findRateCard(
  db: Database,
  environmentId: string,
  id: string,
): Promise<RateCard | null> {
  const row = await db.select().from(rateCards).where(isCard(environmentId, id)).get()
  return row === undefined ? null : fromRateCardRow(row)
}

/**
 * The rate cards that are not archived, in the order of their creation.
 * @param search part of a name or alias, or an id
 */
export async function listRateCards(
  db: Database,
  environmentId: string,
  search: string | undefined,
  from: RowKey | null,
  limit: number,
): Promise<RateCard[]> {
  const rows = await db
    .select()
    .from(rateCards)
    .where(
      and(
        eq(rateCards.environmentId, environmentId),
        isNull(rateCards.archivedAt),
        search === undefined
          ? undefined
          : or(
              eq(rateCards.id, search),
              hasText(rateCards.name, search),
              hasTextInList(rateCards.aliases, 'name', search),
            ),
        after(rateCards, from),
      ),
    )
    .orderBy(asc(rateCards.createdAt), asc(rateCards.id))
    .limit(limit)
  return rows.map(fromRateCardRow)
}

/** The cards that hold aliases of these names, at whatever time, archived ones included. */
export async function loadAliasHolders(
  db: Database,
  environmentId: string,
  names: string[],
): Promise<AliasHolders<RateCard>> {
  const loaded = await loadHolders(db, rateCards, environmentId, names)
  return { ...loaded, holders: loaded.holders.map(fromRateCardRow) }
}

/**
 * Writes a new card, and the cards that lose aliases to it. False, with nothing written, when
 * other cards hold the aliases by now than the change was decided on.
 * @param others what is written with it
 */
export async function insertRateCard(
  db: Database,
  environmentId: string,
  card: RateCard,
  holders: AliasHolders<RateCard>,
  released: RateCard[],
  others: BatchItem<'sqlite'>[] = [],
): Promise<boolean> {
  const name = unlessChanged(rateCards, environmentId, sql`${card.name}`, holders)
  return writeUnlessChanged(() =>
    db.batch([
      db.insert(rateCards).values({ ...card, environmentId, name }),
      ...others,
      ...released.map((other) => writeAliases(db, rateCards, environmentId, other)),
    ]),
  )
}

/** Members that are left out stay as they are. */
export interface RateCardChanges {
  name?: string
  description?: string
  aliases?: CardAlias[]
  conversions?: CreditTypeConversion[]
}

/**
 * Changes a card, and the cards that lose aliases to it; false as for `insertRateCard`, and when
 * the card has other conversions by now than it was read with.
 */
export async function updateRateCard(
  db: Database,
  environmentId: string,
  { id, conversions }: RateCard,
  changes: RateCardChanges,
  holders: AliasHolders<RateCard>,
  released: RateCard[],
): Promise<boolean> {
  const newName = changes.name === undefined ? sql`${rateCards.name}` : sql`${changes.name}`
  const isSame = eq(rateCards.conversions, conversions)
  const ownName =
    changes.conversions === undefined ? newName : sql`CASE WHEN ${isSame} THEN ${newName} END`
  const name = unlessChanged(rateCards, environmentId, ownName, holders)
  return writeUnlessChanged(() =>
    db.batch([
      db
        .update(rateCards)
        .set({ ...changes, name })
        .where(isCard(environmentId, id)),
      ...released.map((other) => writeAliases(db, rateCards, environmentId, other)),
    ]),
  )
}

/** The products with rates on a card, in the order in which they came onto it. */
export async function loadProductIds(
  db: Database,
  environmentId: string,
  rateCardId: string,
): Promise<string[]> {
  const rows = await db
    .select({ id: rates.productId })
    .from(rates)
    .where(and(eq(rates.environmentId, environmentId), eq(rates.rateCardId, rateCardId)))
    .groupBy(rates.productId)
    .orderBy(min(rates.sequence))
  return rows.map(({ id }) => id)
}

/** The contracts on a card that have begun by an instant, the youngest first. */
export async function listContractsOfCard(
  db: Database,
  environmentId: string,
  rateCardId: string,
  now: number,
  limit: number,
): Promise<{ id: string; customerId: string }[]> {
  return db
    .select({ id: contracts.id, customerId: contracts.customerId })
    .from(contracts)
    .where(
      and(
        eq(contracts.environmentId, environmentId),
        eq(contracts.rateCardId, rateCardId),
        isNull(contracts.archivedAt),
        lte(contracts.startingAt, now),
      ),
    )
    .orderBy(desc(contracts.createdAt), desc(contracts.id))
    .limit(limit)
}

/** Puts the products of a card in order, unless their order has changed since the card was read; then false. */
export async function replaceProductOrder(
  db: Database,
  environmentId: string,
  { id, productOrder: known }: RateCard,
  productOrder: string[],
): Promise<boolean> {
  const updated = await db
    .update(rateCards)
    .set({ productOrder })
    .where(and(isCard(environmentId, id), eq(rateCards.productOrder, known)))
  return updated.meta.changes > 0
}

/** Archives a card; false when the environment has no such card. Repeating changes nothing. */
export async function archiveRateCard(
  db: Database,
  environmentId: string,
  id: string,
  now: number,
): Promise<boolean> {
  const card = await findRateCard(db, environmentId, id)
  if (card === null) return false
  if (card.archivedAt === null) {
    await db.update(rateCards).set({ archivedAt: now }).where(isCard(environmentId, id))
  }
  return true
}

function isCard(environmentId: string, id: string) {
  return and(eq(rateCards.environmentId, environmentId), eq(rateCards.id, id))
}
