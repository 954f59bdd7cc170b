/** A name under which a card is found for contracts that start while the alias holds (pricing 3.2). */
export interface CardAlias {
  name: string
  startingAt: number | null
  endingBefore: number | null
}

/** What one custom pricing unit is worth in the card's fiat unit; the value is a decimal text. */
export interface CreditTypeConversion {
  customCreditTypeId: string
  fiatPerCustomCredit: string
}

export interface RateCard {
  id: string
  name: string
  description: string | null
  fiatCreditTypeId: string
  conversions: CreditTypeConversion[]
  aliases: CardAlias[]
  /** Products in the order of their invoice lines; the others of the card follow (pricing 3.5). */
  productOrder: string[]
  customFields: Record<string, string>
  createdAt: number
  createdBy: string
  archivedAt: number | null
}

/**
 * The card, or the package, that holds an alias at an instant, or null (pricing 3.2). Giving an
 * alias to another one ends it for the one before, so at most one holds it; should two, the later
 * giving counts.
 */
export function cardAtAlias<Card extends Pick<RateCard, 'aliases'>>(
  cards: Card[],
  name: string,
  at: number,
): Card | null {
  let holder: { card: Card; since: number } | null = null
  for (const card of cards) {
    for (const alias of card.aliases) {
      const since = alias.startingAt ?? -Infinity
      const isHeld = alias.name === name && since <= at && at < (alias.endingBefore ?? Infinity)
      if (isHeld && (holder === null || since > holder.since)) holder = { card, since }
    }
  }
  return holder?.card ?? null
}
