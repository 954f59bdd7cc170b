import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cardAtAlias, type CardAlias, type RateCard } from '../../../src/core/catalog/rate-card.ts'
import { releaseAliases } from '../../../src/core/catalog/release-aliases.ts'

function card(id: string, aliases: CardAlias[]): RateCard {
  return {
    id,
    name: id,
    description: null,
    fiatCreditTypeId: 'usd',
    conversions: [],
    productOrder: [],
    aliases,
    customFields: {},
    createdAt: 0,
    createdBy: 'ops',
    archivedAt: null,
  }
}

function alias(startingAt: number | null, endingBefore: number | null, name = 'paygo'): CardAlias {
  return { name, startingAt, endingBefore }
}

/** What one card that holds these aliases keeps of them. */
function kept(held: CardAlias[], given: CardAlias[]): CardAlias[] {
  const [changed] = releaseAliases([card('old', held)], given)
  return changed?.aliases ?? held
}

test('giving an alias to another card ends it for the one before, from the new start on', () => {
  expect(kept([alias(null, null)], [alias(100, null)])).toEqual([alias(null, 100)])
  expect(kept([alias(10, 200)], [alias(100, null)])).toEqual([alias(10, 100)])
})

test('a span that begins within the new one is gone', () => {
  expect(kept([alias(100, null)], [alias(null, null)])).toEqual([])
  expect(kept([alias(100, 200)], [alias(100, null)])).toEqual([])
  expect(kept([alias(150, 300)], [alias(100, 200)])).toEqual([])
})

test('the span before does not resume when the new one ends', () => {
  expect(kept([alias(null, null)], [alias(100, 200)])).toEqual([alias(null, 100)])
})

test('spans that do not overlap, and other names, are left alone', () => {
  expect(releaseAliases([card('old', [alias(0, 100)])], [alias(100, null)])).toEqual([])
  expect(releaseAliases([card('old', [alias(200, null)])], [alias(100, 200)])).toEqual([])
  expect(releaseAliases([card('old', [alias(null, null, 'b')])], [alias(0, null)])).toEqual([])
})

test('only the cards that lose something are listed', () => {
  const cards = [card('a', [alias(0, 100)]), card('b', [alias(100, null), alias(0, null, 'x')])]
  expect(releaseAliases(cards, [alias(150, null)])).toEqual([
    card('b', [alias(100, 150), alias(0, null, 'x')]),
  ])
})

test('at every instant of the new spans the alias is of the new card alone, and no other card gains', () => {
  const instant = fc.integer({ min: 0, max: 12 })
  const span = fc
    .tuple(fc.option(instant), fc.option(instant))
    .filter(([start, end]) => start === null || end === null || start < end)
    .map(([start, end]) => alias(start, end))
  const spans = fc.array(span, { maxLength: 4 })
  fc.assert(
    fc.property(spans, spans, spans, (heldByA, heldByB, given) => {
      const before = [card('a', heldByA), card('b', heldByB)]
      const changed = new Map(releaseAliases(before, given).map((other) => [other.id, other]))
      const after = before.map((other) => changed.get(other.id) ?? other)
      for (let at = -1; at <= 13; at++) {
        const isGiven = cardAtAlias([card('new', given)], 'paygo', at) !== null
        const held = before.filter((other) => cardAtAlias([other], 'paygo', at) !== null)
        const holders = after.filter((other) => cardAtAlias([other], 'paygo', at) !== null)
        const heldIds = new Set(isGiven ? [] : held.map(({ id }) => id))
        expect(holders.filter(({ id }) => !heldIds.has(id))).toEqual([])
      }
    }),
  )
})
