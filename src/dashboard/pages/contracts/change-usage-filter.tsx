import { useState } from 'react'
import type { Contract } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { TextField, toInstant } from '../../components/inputs.tsx'
import { TokensField } from '../../components/tokens-field.tsx'
import { whenText } from './diff-term.ts'
import { EditFrame } from './edit-frame.tsx'

/** Bills the contract only for usage with certain values of a property, from a day on. */
export function ChangeUsageFilter({
  contract,
  onClose,
}: {
  contract: Contract
  onClose: () => void
}) {
  const { customer_id, id: contract_id } = contract
  const today = useNow()?.toISOString().slice(0, 10) ?? ''
  const present = contract.usage_filter.at(-1)
  const [key, setKey] = useState(present?.group_key ?? '')
  const [values, setValues] = useState<string[]>([...(present?.group_values ?? [])])
  const [day, setDay] = useState('')
  const from = day || today
  const filter = { group_key: key.trim(), group_values: values }
  const [before, after] = [present, filter].map((each) =>
    each === undefined ? 'All usage' : `${each.group_key} ${each.group_values.join(' or ')}`,
  )
  const isChanged = before !== after && filter.group_key !== '' && values.length > 0
  return (
    <EditFrame
      title="Change the usage filter"
      contract={contract}
      call={{
        path: '/v1/contracts/setUsageFilter',
        method: 'v1.contracts.setUsageFilter',
        body: { customer_id, contract_id, ...filter, starting_at: toInstant(from) },
      }}
      lines={
        isChanged
          ? [
              {
                key: 'filter',
                label: `Usage billed from ${whenText(from)}`,
                before: before ?? '',
                after: after ?? '',
              },
            ]
          : []
      }
      action="Change the filter"
      done="The usage filter is changed"
      onClose={onClose}
    >
      <p className="muted">
        Where a customer has several contracts, each may bill its own part of the usage.
      </p>
      <TextField
        name="group_key"
        label="Property of events"
        value={key}
        onChange={({ target }) => setKey(target.value)}
        autoFocus
      />
      <TokensField name="group_values" label="Its values" values={values} onChange={setValues} />
      <TextField
        type="date"
        name="starting_at"
        label="From"
        value={from}
        onChange={({ target }) => setDay(target.value)}
      />
    </EditFrame>
  )
}
