import { useState } from 'react'
import type { Contract } from '../../api/answers.ts'
import { jsonNumber } from '../../../core/json-number.ts'
import { SelectField, TextField, toInstant } from '../../components/inputs.tsx'
import { addDecimals, decimalText, groupDigits } from '../../format/decimal-text.ts'
import { useNow } from '../../api/use-clock.ts'
import { nextHour } from '../offering/next-hour.ts'
import { whenText } from './diff-term.ts'
import { EditFrame } from './edit-frame.tsx'
import { editCall } from './edit-term.tsx'
import { quantityAt } from './seat-update.ts'
import { subscriptionName, type Subscription } from './term-text.ts'

interface Props {
  contract: Contract
  subscription: Subscription
  onClose: () => void
}

const PLACE = 'update_subscriptions[0].quantity_updates[0]'
const DECIMAL = /^-?\d+(\.\d+)?$/

/** Changes how many there are from a day on. */
export function ChangeQuantity({ contract, subscription, onClose }: Props) {
  const now = useNow()
  const soon = now === undefined ? '' : nextHour(now)
  const [mode, setMode] = useState('quantity')
  const [quantity, setQuantity] = useState('')
  const [day, setDay] = useState<string>()
  const from = day ?? soon
  const before = quantityAt(subscription, toInstant(from) ?? '')
  const isNumber = DECIMAL.test(quantity)
  const isDelta = mode === 'quantity_delta'
  const after = isDelta && isNumber ? addDecimals([before, quantity]) : quantity
  const update = {
    [mode]: isNumber ? jsonNumber(decimalText(quantity)) : quantity,
    starting_at: toInstant(from) ?? from,
  }
  const line = {
    key: 'quantity',
    label: `Quantity from ${whenText(from)}`,
    before: groupDigits(before),
    after: groupDigits(after),
  }
  return (
    <EditFrame
      title={`Change the quantity of ${subscriptionName(subscription)}`}
      contract={contract}
      call={editCall(contract, {
        update_subscriptions: [{ subscription_id: subscription.id, quantity_updates: [update] }],
      })}
      lines={quantity === '' ? [] : [line]}
      action="Change the quantity"
      done="The quantity is changed"
      onClose={onClose}
    >
      <div className="term-grid">
        <SelectField
          name="mode"
          label="Change it"
          value={mode}
          onChange={setMode}
          choices={[
            { value: 'quantity', label: 'To' },
            { value: 'quantity_delta', label: 'By' },
          ]}
        />
        <TextField
          name={`${PLACE}.${mode}`}
          label={isDelta ? 'More, or with − fewer' : 'Quantity'}
          inputMode="decimal"
          className="input number"
          value={quantity}
          onChange={({ target }) => setQuantity(target.value.trim().replace('−', '-'))}
          hint={`${groupDigits(before)} by then.`}
          autoFocus
        />
        <TextField
          type="datetime-local"
          step={3600}
          name={`${PLACE}.starting_at`}
          label="From, UTC"
          value={from}
          onChange={({ target }) => setDay(target.value)}
        />
      </div>
    </EditFrame>
  )
}
