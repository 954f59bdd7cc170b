import type { CardAlias, RateCard } from './rate-card.ts'

/**
 * The cards that lose something when these aliases are given to another card, as they are
 * afterwards; packages likewise. An alias belongs to one card at a time: where the new giving overlaps a holder's
 * span, that span ends at the new start and does not resume (pricing 3.2).
 * @param holders the other cards that hold aliases of these names
 */
export function releaseAliases<Card extends Pick<RateCard, 'aliases'>>(
  holders: Card[],
  given: CardAlias[],
): Card[] {
  return holders.flatMap((card) => {
    const aliases = card.aliases.flatMap((alias) => shorten(alias, given))
    const isUnchanged =
      aliases.length === card.aliases.length &&
      aliases.every((alias, i) => alias === card.aliases[i])
    return isUnchanged ? [] : [{ ...card, aliases }]
  })
}

/** What remains of an alias: the same object when nothing is taken, an empty list when all is. */
function shorten(alias: CardAlias, given: CardAlias[]): CardAlias[] {
  let remaining = alias
  for (const taking of given) {
    if (taking.name !== alias.name || !overlap(taking, remaining)) continue
    if (startOf(taking) <= startOf(remaining)) return []
    remaining = { ...remaining, endingBefore: taking.startingAt }
  }
  return [remaining]
}

function overlap(a: CardAlias, b: CardAlias): boolean {
  return startOf(a) < endOf(b) && startOf(b) < endOf(a)
}

function startOf({ startingAt }: CardAlias): number {
  return startingAt ?? -Infinity
}

function endOf({ endingBefore }: CardAlias): number {
  return endingBefore ?? Infinity
}
