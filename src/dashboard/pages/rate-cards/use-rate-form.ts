import { useState } from 'react'
import { toInstant } from '../../components/inputs.tsx'
import type { Unit } from '../../format/money.ts'
import type { RateCard } from '../offering/answers.ts'
import { toNumber } from '../products/draft.ts'
import { useProduct } from '../offering/pickers.tsx'
import type { RatePlace } from './add-rate.tsx'
import { EMPTY_PRICE, rateTypesOf, toPriceBody, type PriceDraft } from './rate-draft.ts'

/** What a rate is made of while it is put together. */
export function useRateForm(card: RateCard, place: RatePlace) {
  const [productId, setProductId] = useState(place.productId ?? '')
  const [unitId, setUnitId] = useState(card.fiat_credit_type.id)
  const [asked, setPrice] = useState(EMPTY_PRICE)
  const [isEntitled, setIsEntitled] = useState(true)
  const [commitPrice, setCommitPrice] = useState('')
  const product = useProduct(productId)
  const units = unitsOf(card)
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
      credit_type_id: unitId,
      ...(names.length > 0 && { pricing_group_values: Object.fromEntries(values) }),
      ...(isPeriodic && { billing_frequency: textOf('billing_frequency') }),
      ...(commitPrice !== '' &&
        product?.type === 'USAGE' && {
          commit_rate: { rate_type: 'FLAT', price: toNumber(commitPrice) },
        }),
      ...toPriceBody(price),
    }
  }
  return {
    product,
    productId,
    setProductId,
    units,
    unit: units.find(({ id }) => id === unitId) ?? card.fiat_credit_type,
    unitId,
    setUnitId,
    price,
    setPrice: (part: Partial<PriceDraft>) => setPrice((before) => ({ ...before, ...part })),
    isEntitled,
    setIsEntitled,
    commitPrice,
    setCommitPrice,
    names,
    isPeriodic,
    toBody,
  }
}

export type RateForm = ReturnType<typeof useRateForm>

/** The units that a card's prices may be in. */
function unitsOf(card: RateCard): (Unit & { id: string })[] {
  const customs = card.credit_type_conversions.map((each) => each.custom_credit_type)
  return [card.fiat_credit_type, ...customs]
}
