import { useState } from 'react'
import type { Contract } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { CheckField, InstantField, toInstant } from '../../components/inputs.tsx'
import { Icon } from '../../components/icon.tsx'
import { Menu } from '../../components/menu.tsx'

type Asked = 'end' | 'archive' | null

export function ContractActions({ contract }: { contract: Contract }) {
  const { scope } = useEnvironment()
  const [asked, setAsked] = useState<Asked>(null)
  const close = () => setAsked(null)
  if (scope !== 'full' || contract.archived_at !== undefined) return null
  return (
    <>
      <Button onClick={() => setAsked('end')}>Change end…</Button>
      <Menu
        label="More actions"
        align="end"
        button={
          <>
            More <Icon name="down" />
          </>
        }
        items={[
          {
            key: 'archive',
            label: 'Archive contract…',
            isDanger: true,
            onSelect: () => setAsked('archive'),
          },
        ]}
      />
      {asked === 'end' && <EndDialog contract={contract} onClose={close} />}
      {asked === 'archive' && <ArchiveDialog contract={contract} onClose={close} />}
    </>
  )
}

interface ActionProps {
  contract: Contract
  onClose: () => void
}

interface NewEnd {
  customer_id: string
  contract_id: string
  ending_before?: string | undefined
}

function EndDialog({ contract, onClose }: ActionProps) {
  const { id, customer_id, ending_before } = contract
  const change = useAction<NewEnd>({
    path: '/v1/contracts/updateEndDate',
    done: 'The end is changed',
    onSuccess: onClose,
  })
  return (
    <Dialog title="Change the end" onClose={onClose}>
      <Form
        error={change.error}
        onSubmit={(textOf) =>
          change.mutate({
            customer_id,
            contract_id: id,
            ending_before: toInstant(textOf('ending_before')),
          })
        }
      >
        <InstantField
          name="ending_before"
          label="Ends before, in UTC"
          defaultValue={ending_before?.slice(0, 16) ?? ''}
          hint="On the hour. Empty: the contract has no end. Final invoices stay as they are."
        />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={change.isPending}>
            Change end
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}

interface Archiving {
  customer_id: string
  contract_id: string
  void_invoices: boolean
}

function ArchiveDialog({ contract: { id, customer_id }, onClose }: ActionProps) {
  const [isVoiding, setIsVoiding] = useState(false)
  const archive = useAction<Archiving>({
    path: '/v1/contracts/archive',
    done: 'The contract is archived',
    onSuccess: onClose,
  })
  return (
    <ConfirmDialog
      title="Archive this contract?"
      action="Archive contract"
      isBusy={archive.isPending}
      error={archive.error}
      onConfirm={() => archive.mutate({ customer_id, contract_id: id, void_invoices: isVoiding })}
      onClose={onClose}
    >
      <p>Nothing is billed by it any more, and its drafts disappear. This cannot be taken back.</p>
      <CheckField
        label="Void its final invoices too"
        checked={isVoiding}
        onChange={(event) => setIsVoiding(event.target.checked)}
      />
    </ConfirmDialog>
  )
}
