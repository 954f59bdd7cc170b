import { Quantity } from '../../components/amount.tsx'
import type { Package } from '../offering/answers.ts'
import { ShortPrice } from '../rate-cards/rate-price.tsx'
import { useProducts } from '../offering/use-named.ts'

type Override = Package['overrides'][number]

/** Which products, and which values of their dimensions, an override changes. */
export function OverrideTarget({ override }: { override: Override }) {
  const { override_specifiers: specifiers } = override
  const products = useProducts(specifiers.flatMap(({ product_id: id }) => id ?? []))
  if (specifiers.length === 0) return <>All products</>
  return specifiers
    .map(
      ({ product_id: id, product_tags: tags, pricing_group_values: values = {} }) =>
        [
          id !== undefined && (products.data?.find((each) => each.id === id)?.current.name ?? id),
          tags && `products with ${tags.join(', ')}`,
          ...Object.entries(values).map(([name, value]) => `${name} ${value}`),
        ]
          .filter(Boolean)
          .join(', ') || 'All products',
    )
    .join('; ')
}

/** What it makes of their prices. */
export function OverrideChange({ override }: { override: Override }) {
  const { entitled, multiplier, overwrite_rate: rate, override_tiers: tiers } = override
  return (
    <>
      {multiplier !== undefined && (
        <>
          price × <Quantity value={multiplier} />
        </>
      )}
      {rate !== undefined && (
        <>
          price <ShortPrice rate={{ ...rate, credit_type: rate.credit_type ?? UNIT_OF_CARD }} />
        </>
      )}
      {tiers !== undefined && <>{tiers.length} multipliers by tier</>}
      {entitled !== undefined && (entitled ? ' billed' : ' not billed')}
    </>
  )
}

/** A rate without a unit of its own is in that of the rate card, which may be found by alias. */
const UNIT_OF_CARD = { id: '', name: 'in the unit of the card' }
