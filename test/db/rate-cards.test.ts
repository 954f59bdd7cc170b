import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { RateCard } from '../../src/core/catalog/rate-card.ts'
import { openDatabase } from '../../src/db/database.ts'
import {
  findRateCard,
  insertRateCard,
  loadAliasHolders,
  replaceProductOrder,
  updateRateCard,
} from '../../src/db/rate-cards.ts'
import type { Env } from '../../src/env.ts'

const db = openDatabase((env as unknown as Env).DB)
const PAYGO = { name: 'paygo', startingAt: null, endingBefore: null }

function card(aliases: RateCard['aliases'] = []): RateCard {
  return {
    id: crypto.randomUUID(),
    name: 'Standard',
    description: null,
    fiatCreditTypeId: 'usd',
    conversions: [],
    productOrder: [],
    aliases,
    customFields: {},
    createdAt: 1,
    createdBy: 'test',
    archivedAt: null,
  }
}

test('a card that takes an alias is not written once another card took it meanwhile', async () => {
  const environmentId = crypto.randomUUID()
  const [first, second] = [card([PAYGO]), card([PAYGO])]
  const before = await loadAliasHolders(db, environmentId, ['paygo'])
  expect(before.holders).toEqual([])
  expect(await insertRateCard(db, environmentId, first, before, [])).toBe(true)
  expect(await insertRateCard(db, environmentId, second, before, [])).toBe(false)
  expect(await findRateCard(db, environmentId, second.id)).toBe(null)
  const after = await loadAliasHolders(db, environmentId, ['paygo'])
  expect(after.holders).toEqual([first])
  expect(await insertRateCard(db, environmentId, second, after, [{ ...first, aliases: [] }])).toBe(
    true,
  )
  expect((await findRateCard(db, environmentId, first.id))?.aliases).toEqual([])
})

test('a change that loses the race changes nothing, neither the card nor the others', async () => {
  const environmentId = crypto.randomUUID()
  const [holder, taker] = [card([PAYGO]), card()]
  const none = await loadAliasHolders(db, environmentId, [])
  for (const each of [holder, taker]) await insertRateCard(db, environmentId, each, none, [])
  const stale = await loadAliasHolders(db, environmentId, ['paygo'])
  const spans = { aliases: [{ ...PAYGO, endingBefore: 100 }] }
  expect(await updateRateCard(db, environmentId, holder, spans, none, [])).toBe(true)
  const changes = { name: 'New', aliases: [PAYGO] }
  const released = [{ ...holder, aliases: [] }]
  expect(await updateRateCard(db, environmentId, taker, changes, stale, released)).toBe(false)
  expect(await findRateCard(db, environmentId, taker.id)).toEqual(taker)
  expect(await findRateCard(db, environmentId, holder.id)).toEqual({ ...holder, ...spans })
})

test('a change of conversions is not written once the card has others', async () => {
  const environmentId = crypto.randomUUID()
  const held = card()
  const none = await loadAliasHolders(db, environmentId, [])
  await insertRateCard(db, environmentId, held, none, [])
  const first = { conversions: [{ customCreditTypeId: 'a', fiatPerCustomCredit: '1' }] }
  const second = { conversions: [{ customCreditTypeId: 'b', fiatPerCustomCredit: '2' }] }
  expect(await updateRateCard(db, environmentId, held, first, none, [])).toBe(true)
  expect(await updateRateCard(db, environmentId, held, second, none, [])).toBe(false)
  expect(await findRateCard(db, environmentId, held.id)).toEqual({ ...held, ...first })
})

test('an order of products is not written once the card has another', async () => {
  const environmentId = crypto.randomUUID()
  const held = card()
  const none = await loadAliasHolders(db, environmentId, [])
  await insertRateCard(db, environmentId, held, none, [])
  expect(await replaceProductOrder(db, environmentId, held, ['b', 'a'])).toBe(true)
  expect(await replaceProductOrder(db, environmentId, held, ['a', 'b'])).toBe(false)
  expect((await findRateCard(db, environmentId, held.id))?.productOrder).toEqual(['b', 'a'])
})
