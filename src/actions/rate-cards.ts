import type { CardAlias, RateCard } from '../core/catalog/rate-card.ts'
import { releaseAliases } from '../core/catalog/release-aliases.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import type { Database } from '../db/database.ts'
import {
  findRateCard,
  insertRateCard,
  loadAliasHolders,
  updateRateCard,
  type AliasHolders,
  type RateCardChanges,
} from '../db/rate-cards.ts'

/** How often a change of aliases is decided anew because others changed them meanwhile. */
const ALIAS_ATTEMPTS_MAX = 5

/** Creates a card; other cards lose the aliases that it takes (pricing 3.2). */
export async function createRateCard(
  db: Database,
  environmentId: string,
  card: RateCard,
): Promise<Result<{ id: string }>> {
  // A request that died after its write is run again under its key, with the same id.
  if ((await findRateCard(db, environmentId, card.id)) !== null) return ok({ id: card.id })
  return takeAliases(db, environmentId, card.id, card.aliases, (holders, released) =>
    insertRateCard(db, environmentId, card, holders, released),
  )
}

/** Changes what a card is called; its rates have a history of their own (pricing 3.1). */
export async function changeRateCard(
  db: Database,
  environmentId: string,
  id: string,
  changes: RateCardChanges,
): Promise<Result<{ id: string }>> {
  if ((await findRateCard(db, environmentId, id)) === null) {
    return refuse('not_found', `rate_card_id: no rate card ${id}`)
  }
  return takeAliases(db, environmentId, id, changes.aliases ?? [], (holders, released) =>
    updateRateCard(db, environmentId, id, changes, holders, released),
  )
}

async function takeAliases(
  db: Database,
  environmentId: string,
  cardId: string,
  given: CardAlias[],
  write: (holders: AliasHolders, released: RateCard[]) => Promise<boolean>,
): Promise<Result<{ id: string }>> {
  const names = [...new Set(given.map((alias) => alias.name))]
  for (let attempt = 0; attempt < ALIAS_ATTEMPTS_MAX; attempt++) {
    const holders = await loadAliasHolders(db, environmentId, names)
    const others = holders.cards.filter(({ id }) => id !== cardId)
    if (await write(holders, releaseAliases(others, given))) return ok({ id: cardId })
  }
  return refuse('overloaded', 'aliases: too many changes of these aliases at once; try again')
}
