import type { Contract } from '../../api/answers.ts'
import type { Choice } from '../../components/inputs.tsx'
import { DOLLARS, type Term, type TermContext } from './term.ts'
import { useCreditTypes, useProducts, useRateCards } from './use-offering.ts'

interface Given {
  rateCardId?: string | undefined
  start: string
  end: string
  /** What terms may name besides: of a contract that is there, or of one that is put together. */
  balances?: readonly Choice[]
  subscriptions?: readonly Choice[]
}

/** What the fields of terms start from; undefined until it is read. */
export function useTermContext({
  rateCardId,
  start,
  end,
  balances = [],
  subscriptions = [],
}: Given): {
  data: TermContext | undefined
  error: Error | null
  refetch: () => void
} {
  const products = useProducts()
  const units = useCreditTypes()
  const cards = useRateCards()
  const refetch = () => {
    for (const each of [products, units, cards]) void each.refetch()
  }
  const error = products.error ?? units.error ?? cards.error
  if (!products.data || !units.data || !cards.data) return { data: undefined, error, refetch }
  const card = cards.data.find(({ id }) => id === rateCardId)
  const data: TermContext = {
    currency: card?.fiat_credit_type ?? DOLLARS,
    units: units.data.filter(({ is_currency }) => !is_currency),
    products: products.data.filter(({ archived_at }) => archived_at === null),
    balances,
    subscriptions,
    start,
    end,
  }
  return { data, error: null, refetch }
}

/** What new terms of a contract start from. */
export function useContractContext(contract: Contract, now: Date | undefined) {
  const { starting_at, ending_before = '', rate_card_id: rateCardId } = contract
  const today = now?.toISOString() ?? starting_at
  const recurring = [...(contract.recurring_commits ?? []), ...(contract.recurring_credits ?? [])]
  return useTermContext({
    rateCardId,
    start: (today > starting_at ? today : starting_at).slice(0, 10),
    end: ending_before.slice(0, 10),
    balances: [...contract.commits, ...contract.credits, ...recurring].map(namedChoice),
    subscriptions: contract.subscriptions.map(({ id, name, subscription_rate: rate }) =>
      namedChoice({ id, name, product: rate.product }),
    ),
  })
}

function namedChoice({ id, name, product }: Named): Choice {
  return { value: id, label: name ?? product.name }
}

interface Named {
  id: string
  name?: string | undefined
  product: { name: string }
}

const BALANCES = new Set(['prepaid', 'postpaid', 'credit', 'recurring_commit', 'recurring_credit'])

/** What terms that are put together may name of each other, by their keys. */
export function draftChoices(terms: readonly Term[]): {
  balances: Choice[]
  subscriptions: Choice[]
} {
  const named = terms.map(({ key, kind, values }, i) => ({
    kind,
    choice: { value: key, label: values['name'] || `Term ${i + 1}` },
  }))
  const choicesOf = (fits: (kind: string) => boolean) =>
    named.filter(({ kind }) => fits(kind)).map(({ choice }) => choice)
  return {
    balances: choicesOf((kind) => BALANCES.has(kind)),
    subscriptions: choicesOf((kind) => kind === 'subscription'),
  }
}
