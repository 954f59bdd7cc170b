import { expect, test } from 'vitest'
import { cardAtAlias } from '../../../src/core/catalog/rate-card.ts'
import { at, rateCard } from '../../support/terms.ts'

function card(id: string, startingAt: number | null, endingBefore: number | null) {
  return rateCard({ id, aliases: [{ name: 'standard', startingAt, endingBefore }] })
}

test('an alias belongs to a card from its start, inclusive, to its end, exclusive', () => {
  const cards = [card('a', at('2026-01-01'), at('2026-02-01')), card('b', at('2026-03-01'), null)]
  const holderAt = (day: string) => cardAtAlias(cards, 'standard', at(day))?.id
  expect(holderAt('2025-12-31')).toBeUndefined()
  expect(holderAt('2026-01-01')).toBe('a')
  expect(holderAt('2026-02-01')).toBeUndefined()
  expect(holderAt('2026-03-01')).toBe('b')
})

test('where two cards hold an alias, the one that got it later counts', () => {
  const cards = [card('later', at('2026-02-01'), null), card('first', null, null)]
  expect(cardAtAlias(cards, 'standard', at('2026-03-01'))?.id).toBe('later')
  expect(cardAtAlias(cards.toReversed(), 'standard', at('2026-03-01'))?.id).toBe('later')
  expect(cardAtAlias(cards, 'standard', at('2026-01-01'))?.id).toBe('first')
})

test('alias names are told apart by case', () => {
  expect(cardAtAlias([card('a', null, null)], 'Standard', at('2026-01-01'))).toBeNull()
})
