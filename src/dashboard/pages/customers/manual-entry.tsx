import { useState } from 'react'
import type { Balance } from '../../api/answers.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { SelectField, TextField, toInstant } from '../../components/inputs.tsx'
import { addDecimals, decimalText, negateDecimal } from '../../format/decimal-text.ts'
import { moneyText, unitName, type Unit } from '../../format/money.ts'
import { plainNumber } from '../../format/plain-number.ts'
import { formatPeriod } from '../../format/time-text.ts'
import { amountOf } from '../contracts/build-term.ts'
import { SdkCall } from '../contracts/sdk-call.tsx'

interface Props {
  balance: Balance
  customerId: string
  onClose: () => void
}

const PLAIN = /^\d+(\.\d+)?$/

/** Adds to a commit or credit by hand, or takes away from it, with the reason. */
export function AddLedgerEntry({ balance, customerId, onClose }: Props) {
  const { access_schedule: access, contract } = balance
  const unit = access.credit_type
  const [direction, setDirection] = useState('add')
  const [amount, setAmount] = useState('')
  const [reason, setReason] = useState('')
  const [day, setDay] = useState('')
  const [segmentId, setSegmentId] = useState(access.schedule_items[0]?.id ?? '')
  const add = useAction<object>({
    path: '/v1/contracts/addManualBalanceLedgerEntry',
    done: 'The entry counts',
    onSuccess: onClose,
  })
  const sent = signed(amount, { isNegative: direction === 'take', unitName: unit.name })
  const at = toInstant(day)
  const body = {
    customer_id: customerId,
    ...(contract !== undefined && { contract_id: contract.id }),
    id: balance.id,
    segment_id: segmentId,
    amount: sent.value,
    reason: reason.trim(),
    ...(at !== undefined && { timestamp: at }),
  }
  return (
    <Dialog title={`Adjust ${balance.name ?? balance.product.name}`} onClose={onClose}>
      <Form error={add.error} onSubmit={() => add.mutate(body)}>
        <HowMuch
          unit={unit}
          left={decimalText(balance.balance ?? 0)}
          change={sent.text}
          direction={direction}
          onDirection={setDirection}
          amount={amount}
          onAmount={setAmount}
        />
        <TextField
          name="reason"
          label="Reason"
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          hint="Shown in the ledger."
        />
        <When
          items={access.schedule_items}
          segmentId={segmentId}
          onSegment={setSegmentId}
          day={day}
          onDay={setDay}
        />
        <SdkCall method="v1.contracts.addManualBalanceEntry" body={body} isFolded />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={add.isPending}>
            Add the entry
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}

interface HowMuchProps {
  unit: Unit
  /** Decimal texts: what is left now, and what the entry adds; null while that is not known. */
  left: string
  change: string | null
  direction: string
  onDirection: (direction: string) => void
  amount: string
  onAmount: (amount: string) => void
}

/** What is added or taken away, and what is left then. */
function HowMuch(props: HowMuchProps) {
  const { unit, left, change, direction, onDirection, amount, onAmount } = props
  return (
    <div className="term-grid">
      <SelectField
        name="direction"
        label="What it does"
        value={direction}
        onChange={onDirection}
        choices={[
          { value: 'add', label: 'Adds' },
          { value: 'take', label: 'Takes away' },
        ]}
      />
      <TextField
        name="amount"
        label={`Amount, ${unitName(unit)}`}
        inputMode="decimal"
        className="input number"
        value={amount}
        onChange={({ target }) => onAmount(target.value)}
        hint={
          change === null
            ? `${moneyText(left, unit)} are left now.`
            : `${moneyText(left, unit)} now, ${moneyText(addDecimals([left, change]), unit)} after it.`
        }
        autoFocus
      />
    </div>
  )
}

interface WhenProps {
  items: Balance['access_schedule']['schedule_items']
  segmentId: string
  onSegment: (id: string) => void
  day: string
  onDay: (day: string) => void
}

/** Which part of the access schedule an entry is of, and when it counts. */
function When({ items, segmentId, onSegment, day, onDay }: WhenProps) {
  return (
    <div className="term-grid">
      {items.length > 1 && (
        <SelectField
          name="segment_id"
          label="Of the part"
          value={segmentId}
          onChange={onSegment}
          choices={items.map(({ id, starting_at, ending_before }) => ({
            value: id,
            label: formatPeriod(new Date(starting_at), new Date(ending_before)),
          }))}
        />
      )}
      <TextField
        type="date"
        name="timestamp"
        label="As of"
        isOptional
        value={day}
        onChange={({ target }) => onDay(target.value)}
        hint="The start of the part if empty."
      />
    </div>
  )
}

/** What was typed as it is sent, and as a decimal text in the unit of the API; null for none. */
function signed(
  typed: string,
  { isNegative, unitName: name }: { isNegative: boolean; unitName: string },
): { value: unknown; text: string | null } {
  const plain = plainNumber(typed)
  if (!PLAIN.test(plain)) return { value: typed, text: null }
  const value = amountOf(isNegative ? negateDecimal(plain) : plain, name === 'USD (cents)')
  return { value, text: JSON.stringify(value) }
}
