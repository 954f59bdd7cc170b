import { expect, test } from 'vitest'
import type { RateCard } from '../../../src/core/catalog/rate-card.ts'
import { createPackage } from '../../../src/core/packages/create-package.ts'
import type { PackageOverride } from '../../../src/core/packages/package-override.ts'
import type { PackageTerms } from '../../../src/core/packages/package.ts'
import { at, packaged, product, rateCard } from '../../support/terms.ts'

const NOW = at('2026-03-10T12') + 90_000

interface Options {
  cards?: RateCard[]
  isUniquenessKeyUsed?: boolean
}

function decide(
  input: Partial<ReturnType<typeof packaged>> = {},
  { cards = [rateCard()], isUniquenessKeyUsed = false }: Options = {},
) {
  const contents = new Map(
    cards.map((card) => [card.id, { rateCard: card, products: productsOf(card), metrics: [] }]),
  )
  return createPackage(
    packaged(input),
    { isUniquenessKeyUsed, rateCards: cards, contents, products: [] },
    NOW,
  )
}

/** A card that is called `empty` has nothing on it. */
function productsOf({ id }: RateCard) {
  const state = { name: 'Tokens', pricingGroupKey: ['model'] }
  return id === 'empty' ? [] : [product(), product({ id: 'models', state })]
}

function withOverride(override: Partial<PackageOverride>, terms: Partial<PackageTerms> = {}) {
  return packaged({
    terms: {
      ...terms,
      overrides: [
        {
          id: 'template',
          specifiers: [{ productId: 'product' }],
          startingAtOffset: { value: 0, unit: 'DAYS' },
          ...override,
        },
      ],
    },
  })
}

function refusal(message: string, code = 'invalid') {
  return { ok: false, error: { code, message } }
}

test('a package whose contracts would be accepted is accepted as it is', () => {
  const input = withOverride({ type: 'MULTIPLIER', multiplier: '0.5' })
  expect(decide(input)).toEqual({ ok: true, value: input })
  const bare = packaged({ rateCardId: null })
  expect(decide(bare, { cards: [] })).toEqual({ ok: true, value: bare })
})

test('what a contract would be refused for, its package is refused for, in the same words', () => {
  const flat = { rateType: 'FLAT', price: '1' } as const
  const unknown = [{ productId: 'unknown' }]
  const cases: [Partial<PackageOverride>, string][] = [
    [
      { type: 'MULTIPLIER', multiplier: '1', specifiers: unknown },
      'overrides[0].override_specifiers[0].product_id: No such product in rate card: unknown',
    ],
    [
      { type: 'OVERWRITE', overwriteRate: flat, specifiers: [{ productId: 'models' }] },
      'overrides[0].override_specifiers[0].pricing_group_values: an OVERWRITE needs a value for "model"; the pricing group key of the product "Tokens" is ["model"]',
    ],
    [{ type: 'MULTIPLIER' }, 'overrides[0].multiplier: required with type MULTIPLIER'],
    [{}, 'overrides[0].type: required unless the override sets "entitled"'],
    [
      { type: 'TIERED', tiers: [{ size: null, multiplier: '1' }], priority: 1 },
      "overrides[0].type: TIERED needs the contract's multiplier_override_prioritization to be EXPLICIT",
    ],
  ]
  for (const [override, message] of cases) {
    expect(decide(withOverride(override))).toEqual(refusal(message))
  }
})

test('the rate card must exist and take new contracts', () => {
  expect(decide({ rateCardId: 'none' })).toEqual(
    refusal('rate_card_id: no rate card none', 'not_found'),
  )
  const archived = rateCard({ archivedAt: 1 })
  expect(decide({}, { cards: [archived] })).toEqual(
    refusal('rate_card_id: rate card card is archived and takes no new contracts'),
  )
  expect(decide({ rateCardAlias: 'paygo' })).toEqual(
    refusal('rate_card_alias: expected only without rate_card_id'),
  )
})

test('with the alias of a card, what has it now or later decides; what has lost it does not', () => {
  const input = {
    ...withOverride({ type: 'MULTIPLIER', multiplier: '0.5' }),
    rateCardId: null,
    rateCardAlias: 'paygo',
  }
  const holder = (id: string, startingAt: string | null, endingBefore: string | null) =>
    rateCard({
      id,
      aliases: [
        {
          name: 'paygo',
          startingAt: startingAt === null ? null : at(startingAt),
          endingBefore: endingBefore === null ? null : at(endingBefore),
        },
      ],
    })
  const nobody = refusal(
    'rate_card_alias: no rate card has the alias "paygo" when the contract starts',
    'not_found',
  )
  const unfit = refusal(
    'overrides[0].override_specifiers[0].product_id: No such product in rate card: product',
  )
  const accepted = { ok: true, value: input }
  expect(decide(input, { cards: [] })).toEqual(nobody)
  expect(decide(input, { cards: [holder('card', null, null)] })).toEqual(accepted)
  expect(decide(input, { cards: [holder('card', '2026-06-01', null)] })).toEqual(accepted)
  expect(decide(input, { cards: [holder('card', null, '2026-03-01')] })).toEqual(nobody)
  const succeeded = [holder('card', null, '2026-06-01'), holder('empty', '2026-06-01', null)]
  expect(decide(input, { cards: succeeded })).toEqual(unfit)
  const preceded = [holder('empty', null, '2026-03-01'), holder('card', '2026-03-01', null)]
  expect(decide(input, { cards: preceded })).toEqual(accepted)
})

test('invoices must begin before the contract ends, whenever it starts', () => {
  const schedule = (value: number): PackageTerms => ({
    duration: { value: 1, unit: 'MONTHS' },
    usageStatementSchedule: {
      frequency: 'MONTHLY',
      day: 'FIRST_OF_MONTH',
      invoiceGenerationStartingAtOffset: { value, unit: 'DAYS' },
    },
  })
  expect(decide({ terms: schedule(27) })).toMatchObject({ ok: true })
  // A contract from 10 March on would allow 28 days; one from 1 February on would not.
  expect(decide({ terms: schedule(28) })).toEqual(
    refusal(
      'usage_statement_schedule.invoice_generation_starting_at_offset: expected to end before duration does, whenever the contract starts',
    ),
  )
})

test('a uniqueness key makes one package only', () => {
  const input = { uniquenessKey: 'once' }
  expect(decide(input, { isUniquenessKeyUsed: true })).toEqual(
    refusal('This uniqueness key has already been used.', 'conflict'),
  )
})
