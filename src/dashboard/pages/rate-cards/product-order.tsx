import { useAction } from '../../api/use-action.ts'
import { Section } from '../../components/page.tsx'
import { Icon } from '../../components/icon.tsx'
import type { RateCard } from '../offering/answers.ts'
import { useProducts } from '../offering/use-named.ts'

/** The order in which invoices list the products of a card. */
export function ProductOrder({ card, mayWrite }: { card: RateCard; mayWrite: boolean }) {
  const { id, product_order: order = [] } = card
  const products = useProducts(order)
  const move = useAction<Record<string, unknown>>({
    path: '/v1/contract-pricing/rate-cards/moveRateCardProducts',
    done: 'The order is changed',
  })
  const moveTo = (productId: string, position: number) =>
    move.mutate({ rate_card_id: id, product_moves: [{ product_id: productId, position }] })
  const nameOf = (productId: string) =>
    products.data?.find((each) => each.id === productId)?.current.name ?? productId
  return (
    <Section title="Order of products" lead="In which invoices list their lines.">
      {order.length === 0 && <p className="muted">No product has a rate yet.</p>}
      <ol className="order">
        {order.map((productId, i) => (
          <li key={productId}>
            <span>
              <span className="muted number">{i + 1}.</span> {nameOf(productId)}
            </span>
            {mayWrite && (
              <span className="actions">
                <button
                  type="button"
                  className="icon-button order-up"
                  aria-label={`Move ${nameOf(productId)} up`}
                  disabled={i === 0 || move.isPending}
                  onClick={() => moveTo(productId, i - 1)}
                >
                  <Icon name="down" />
                </button>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={`Move ${nameOf(productId)} down`}
                  disabled={i === order.length - 1 || move.isPending}
                  onClick={() => moveTo(productId, i + 1)}
                >
                  <Icon name="down" />
                </button>
              </span>
            )}
          </li>
        ))}
      </ol>
      {move.error && (
        <p className="form-error" role="alert">
          {move.error.message}
        </p>
      )}
    </Section>
  )
}
