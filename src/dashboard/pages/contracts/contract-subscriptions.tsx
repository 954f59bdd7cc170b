import { useSearchParams } from 'wouter'
import type { Contract } from '../../api/answers.ts'
import { Menu } from '../../components/menu.tsx'
import { Icon } from '../../components/icon.tsx'
import { Section } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { QuantitiesTable } from './quantities-table.tsx'
import { SeatsTable } from './seats-table.tsx'
import { useSubscriptionItems } from './subscription-actions.tsx'
import { useCanEdit } from './term-menu.tsx'
import { subscriptionName, wordOf, type Subscription } from './term-text.ts'

/** Each subscription with its seats, and how its quantity and price have changed. */
export function ContractSubscriptions({ contract }: { contract: Contract }) {
  const [search] = useSearchParams()
  const { subscriptions } = contract
  const { shown, itemsOf } = useSubscriptionItems(contract)
  const canEdit = useCanEdit(contract)
  const asked = subscriptions.filter(({ id }) => id === search.get('subscription'))
  if (subscriptions.length === 0) {
    return (
      <Empty title="No subscriptions">
        What is charged by quantity each period, such as seats, is added as a term.
      </Empty>
    )
  }
  return (
    <>
      {(asked.length > 0 ? asked : subscriptions).map((subscription) => (
        <Section
          key={subscription.id}
          title={subscriptionName(subscription)}
          lead={describe(subscription)}
          actions={
            canEdit && (
              <Menu
                label={`Actions of ${subscriptionName(subscription)}`}
                align="end"
                button={
                  <>
                    Change <Icon name="down" />
                  </>
                }
                items={itemsOf(subscription)}
              />
            )
          }
        >
          {subscription.quantity_management_mode === 'SEAT_BASED' && (
            <SeatsTable contract={contract} subscription={subscription} />
          )}
          <QuantitiesTable contract={contract} subscription={subscription} />
        </Section>
      ))}
      {shown}
    </>
  )
}

function describe({ subscription_rate: rate, collection_schedule, seat_config }: Subscription) {
  const billed = `${wordOf(rate.billing_frequency)}, in ${collection_schedule.toLowerCase()}`
  return seat_config === undefined ? billed : `${billed}, seats by ${seat_config.seat_group_key}`
}
