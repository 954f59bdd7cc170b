import { useState } from 'react'
import { toInstant } from '../../components/inputs.tsx'
import type { Unit } from '../../format/money.ts'
import type { RateCard, ScheduledRate } from '../offering/answers.ts'
import { useProduct } from '../offering/pickers.tsx'
import type { RatePlace } from './add-rate.tsx'
import {
  EMPTY_PRICE,
  rateTypesOf,
  toPriceBody,
  toPriceDraft,
  type PriceDraft,
} from './rate-draft.ts'

/** What a rate is made of while it is put together. */
export function useRateForm(card: RateCard, place: RatePlace, rates: readonly ScheduledRate[]) {
  const [productId, setProductId] = useState(place.productId ?? '')
  const [askedUnitId, setUnitId] = useState(card.fiat_credit_type.id)
  const { like, isEntitled: isBilled = true } = place
  const [asked, setPrice] = useState(() => (like ? toPriceDraft(like.rate) : EMPTY_PRICE))
  const [isEntitled, setIsEntitled] = useState(isBilled)
  /** Null: the same as without a commit. */
  const [commit, setCommit] = useState(() => {
    return like?.commit_rate === undefined ? null : toPriceDraft(like.commit_rate)
  })
  const product = useProduct(productId)
  const units = unitsFor(card, rates, productId)
  const unit = units.find(({ id }) => id === askedUnitId) ?? units[0]
  const types = rateTypesOf(product?.type)
  const fits = types.some(({ value }) => value === asked.rateType)
  const price = fits ? asked : { ...asked, rateType: types[0]?.value ?? 'FLAT' }
  const names = product?.current.pricing_group_key ?? []
  const isPeriodic = product?.type === 'SUBSCRIPTION' && price.rateType === 'FLAT'
  /** The request, with the fields that the form itself holds. */
  const toBody = (textOf: (name: string) => string): Record<string, unknown> => {
    const values = names.map((name) => [name, textOf(`pricing_group_values.${name}`)])
    return {
      rate_card_id: card.id,
      product_id: productId,
      starting_at: toInstant(textOf('starting_at')),
      ending_before: toInstant(textOf('ending_before')),
      entitled: isEntitled,
      credit_type_id: unit.id,
      ...(names.length > 0 && { pricing_group_values: Object.fromEntries(values) }),
      ...(isPeriodic && { billing_frequency: textOf('billing_frequency') }),
      ...(commit !== null && product?.type === 'USAGE' && { commit_rate: toPriceBody(commit) }),
      ...toPriceBody(price),
    }
  }
  return {
    product,
    productId,
    setProductId,
    units,
    unit,
    setUnitId,
    price,
    setPrice: (part: Partial<PriceDraft>) => setPrice((before) => ({ ...before, ...part })),
    isEntitled,
    setIsEntitled,
    commit,
    setCommit,
    frequency: like?.billing_frequency ?? 'MONTHLY',
    names,
    isPeriodic,
    toBody,
  }
}

export type RateForm = ReturnType<typeof useRateForm>

/** The units that a product's prices may be in: all of its prices on a card are in the same. */
export function unitsFor(
  card: RateCard,
  rates: readonly ScheduledRate[],
  productId: string,
): readonly [PriceUnit, ...PriceUnit[]] {
  const known = rates.find(({ product_id }) => product_id === productId)?.rate.credit_type
  if (known !== undefined) return [known]
  const customs = card.credit_type_conversions.map((each) => each.custom_credit_type)
  return [card.fiat_credit_type, ...customs]
}

type PriceUnit = Unit & { id: string }
