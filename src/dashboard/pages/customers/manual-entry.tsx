import { useState } from 'react'
import type { Balance } from '../../api/answers.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { addDecimals, decimalText } from '../../format/decimal-text.ts'
import { moneyText } from '../../format/money.ts'
import { FieldList } from '../contracts/field-list.tsx'
import { SdkCall } from '../contracts/sdk-call.tsx'
import { NO_CONTEXT, readFrom, type Values } from '../contracts/term.ts'
import { buildEntry, entryFields } from './entry-fields.ts'

interface Props {
  balance: Balance
  customerId: string
  onClose: () => void
}

/** Adds to a commit or credit by hand, or takes away from it, with the reason. */
export function AddLedgerEntry({ balance, customerId, onClose }: Props) {
  const [values, setValues] = useState<Values>({})
  const add = useAction<object>({
    path: '/v1/contracts/addManualBalanceLedgerEntry',
    done: 'The entry counts',
    onSuccess: onClose,
  })
  const { contract, access_schedule: access } = balance
  const fields = entryFields(balance)
  const entry = buildEntry(balance, readFrom(fields, values, NO_CONTEXT))
  const body = {
    customer_id: customerId,
    ...(contract !== undefined && { contract_id: contract.id }),
    id: balance.id,
    segment_id: access.schedule_items[0]?.id,
    ...entry,
  }
  return (
    <Dialog title={`Adjust ${balance.name ?? balance.product.name}`} onClose={onClose}>
      <Form error={add.error} onSubmit={() => add.mutate(body)}>
        <FieldList
          fields={fields}
          values={values}
          context={NO_CONTEXT}
          place=""
          onChange={setValues}
        />
        <p className="muted">{afterwards(balance, entry['amount'])}</p>
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

/** What is left now, and with an entry. */
function afterwards(balance: Balance, amount: unknown): string {
  const unit = balance.access_schedule.credit_type
  const left = decimalText(balance.balance ?? 0)
  const now = `${moneyText(left, unit)} are left now`
  const change = JSON.stringify(amount ?? null)
  if (!/^-?[\d.]+$/.test(change)) return `${now}.`
  return `${now}, ${moneyText(addDecimals([left, change]), unit)} with the entry.`
}
