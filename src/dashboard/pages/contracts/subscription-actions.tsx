import type { Contract } from '../../api/answers.ts'
import type { MenuItem } from '../../components/menu.tsx'
import { ChangeQuantity } from './change-quantity.tsx'
import { ChangeSeats } from './change-seats.tsx'
import { EditContractTerm } from './edit-term.tsx'
import { subscriptionSheet, seatModeSheet } from './subscription-fields.ts'
import { subscriptionName, type Subscription } from './term-text.ts'
import { useDialog } from './use-dialog.tsx'

/** What can be done to a subscription: quantities or seats at a date, its end, how it rounds. */
export function useSubscriptionItems(contract: Contract) {
  const { shown, open } = useDialog()
  const itemsOf = (subscription: Subscription): MenuItem[] => {
    const edit = (sheet: ReturnType<typeof subscriptionSheet>, title: string) =>
      open((close) => (
        <EditContractTerm
          title={title}
          sheet={sheet}
          contract={contract}
          verb="update_subscriptions"
          reference={{ subscription_id: subscription.id }}
          done="The subscription is changed"
          onClose={close}
        />
      ))
    const name = subscriptionName(subscription)
    const isSeated = subscription.quantity_management_mode === 'SEAT_BASED'
    const common = {
      key: 'change',
      label: 'End or rounding…',
      onSelect: () => edit(subscriptionSheet(subscription), `Change ${name}`),
    }
    if (isSeated) {
      return [
        {
          key: 'seats',
          label: 'Add or remove seats…',
          onSelect: () =>
            open((close) => <ChangeSeats {...{ contract, subscription }} onClose={close} />),
        },
        common,
      ]
    }
    return [
      {
        key: 'quantity',
        label: 'Change the quantity…',
        onSelect: () =>
          open((close) => <ChangeQuantity {...{ contract, subscription }} onClose={close} />),
      },
      common,
      {
        key: 'seated',
        label: 'Manage by seats…',
        onSelect: () => edit(seatModeSheet(subscription), `Manage ${name} by seats`),
      },
    ]
  }
  return { shown, itemsOf }
}
