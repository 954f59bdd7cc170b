import { useState } from 'react'
import type { Contract } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { TextField, toInstant } from '../../components/inputs.tsx'
import { TokensField } from '../../components/tokens-field.tsx'
import { nextHour } from '../offering/next-hour.ts'
import { whenText } from './diff-term.ts'
import { EditFrame } from './edit-frame.tsx'
import { editCall } from './edit-term.tsx'
import { describeSeats, seatUpdates, type SeatDraft } from './seat-update.ts'
import { subscriptionName, type Subscription } from './term-text.ts'
import { useSeats } from './use-seats.ts'

interface Props {
  contract: Contract
  subscription: Subscription
  /** Seats that are to be removed, as they were chosen elsewhere. */
  removed?: readonly string[]
  onClose: () => void
}

const PLACE = 'update_subscriptions[0].seat_updates'

/** Gives seats to ids and takes them away, from a day on. */
export function ChangeSeats({ contract, subscription, removed = [], onClose }: Props) {
  const now = useNow()
  const soon = now === undefined ? '' : nextHour(now)
  const [draft, setDraft] = useState<SeatDraft>({
    added: [],
    removed: [...removed],
    unassigned: '',
    day: '',
  })
  const seats = useSeats(contract, subscription)
  const day = draft.day || soon
  const held = seats.data?.now?.seats ?? []
  const set = (changes: Partial<SeatDraft>) => setDraft({ ...draft, ...changes })
  const at = toInstant(day) ?? day
  return (
    <EditFrame
      title={`Seats of ${subscriptionName(subscription)}`}
      contract={contract}
      call={editCall(contract, {
        update_subscriptions: [
          { subscription_id: subscription.id, seat_updates: seatUpdates(draft, at) },
        ],
      })}
      lines={describeSeats(draft, whenText(day), seats.data?.now)}
      action="Change the seats"
      done="The seats are changed"
      onClose={onClose}
    >
      <TokensField
        name={`${PLACE}.add_seat_ids[0].seat_ids`}
        label="Give a seat to"
        values={draft.added}
        onChange={(added) => set({ added })}
        isOptional
        hint={`Values of ${subscription.seat_config?.seat_group_key ?? 'the seat property'}. Seats without an id are given first; then new ones are added.`}
      />
      <TokensField
        name={`${PLACE}.remove_seat_ids[0].seat_ids`}
        label="Remove the seats of"
        values={draft.removed}
        onChange={(next) => set({ removed: next })}
        suggestions={held.map(({ id }) => id)}
        isOptional
      />
      <div className="term-grid">
        <TextField
          name={`${PLACE}.add_unassigned_seats[0].quantity`}
          label="Seats without an id"
          inputMode="numeric"
          isOptional
          value={draft.unassigned}
          onChange={({ target }) => set({ unassigned: target.value.trim().replace('−', '-') })}
          hint={`So many more, or with − fewer; there are ${seats.data?.now?.unassigned ?? 0}.`}
        />
        <TextField
          type="datetime-local"
          step={3600}
          name={`${PLACE}.starting_at`}
          label="From, UTC"
          value={day}
          onChange={({ target }) => set({ day: target.value })}
        />
      </div>
    </EditFrame>
  )
}
