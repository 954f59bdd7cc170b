import { useState } from 'react'
import type { Contract } from '../../api/answers.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { SelectField } from '../../components/inputs.tsx'
import { contractName } from './contract-names.ts'
import { SdkCall } from './sdk-call.tsx'

/** Archives the contract, with the choice of what becomes of its finalized invoices. */
export function ArchiveContract({
  contract,
  onClose,
}: {
  contract: Contract
  onClose: () => void
}) {
  const { customer_id, id: contract_id } = contract
  const [voids, setVoids] = useState('no')
  const archive = useAction<object>({
    path: '/v1/contracts/archive',
    done: 'The contract is archived',
    onSuccess: onClose,
  })
  const body = { customer_id, contract_id, void_invoices: voids === 'yes' }
  return (
    <Dialog title={`Archive ${contractName(contract)}?`} onClose={onClose}>
      <Form error={archive.error} onSubmit={() => archive.mutate(body)}>
        <p>
          Its drafts disappear, its commits and credits go with it, and nothing more is billed. This
          cannot be taken back. To let it run out instead, change its end date.
        </p>
        <SelectField
          name="void_invoices"
          label="Invoices that are finalized"
          value={voids}
          onChange={setVoids}
          choices={[
            { value: 'no', label: 'Keep them; they stay to be paid' },
            { value: 'yes', label: 'Void them all, as if it had never been' },
          ]}
        />
        <SdkCall method="v1.contracts.archive" body={body} isFolded />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" isBusy={archive.isPending}>
            Archive the contract
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}
