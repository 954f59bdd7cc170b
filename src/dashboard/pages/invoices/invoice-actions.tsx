import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Invoice } from '../../api/answers.ts'
import { download } from '../../api/request.ts'
import { saveFile } from '../../api/save-file.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useAnnounce } from '../../components/announcer.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/dialog.tsx'
import { Icon } from '../../components/icon.tsx'
import { Menu } from '../../components/menu.tsx'
import { invoiceHref } from './invoice-names.ts'
import { VerifyDialog } from './verify-invoice.tsx'

type Asked = 'void' | 'regenerate' | 'verify' | null

export function InvoiceActions({ invoice }: { invoice: Invoice }) {
  const { scope } = useEnvironment()
  const [asked, setAsked] = useState<Asked>(null)
  const { status } = invoice
  const mayWrite = scope === 'full'
  const close = () => setAsked(null)
  return (
    <>
      <PdfButton invoice={invoice} />
      <Button onClick={() => setAsked('verify')}>Verify</Button>
      {mayWrite && status === 'FINALIZED' && (
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
              key: 'void',
              label: 'Void invoice…',
              isDanger: true,
              onSelect: () => setAsked('void'),
            },
          ]}
        />
      )}
      {mayWrite && status === 'VOID' && (
        <Button onClick={() => setAsked('regenerate')}>Regenerate…</Button>
      )}
      {asked === 'void' && <VoidDialog invoice={invoice} onClose={close} />}
      {asked === 'regenerate' && <RegenerateDialog invoice={invoice} onClose={close} />}
      {asked === 'verify' && <VerifyDialog invoice={invoice} onClose={close} />}
    </>
  )
}

/** Saves an invoice as it is printed. */
export function PdfButton({ invoice: { id, customer_id } }: { invoice: Invoice }) {
  const announce = useAnnounce()
  const load = useMutation({
    mutationFn: () => download(`/v1/customers/${customer_id}/invoices/${id}/pdf`),
    onSuccess: (file) => saveFile(file, `invoice-${id}.pdf`),
    onError: (error) => announce(error.message),
  })
  return (
    <Button isBusy={load.isPending} onClick={() => load.mutate()}>
      {!load.isPending && <Icon name="download" />} PDF
    </Button>
  )
}

interface ActionProps {
  invoice: Invoice
  onClose: () => void
}

function VoidDialog({ invoice, onClose }: ActionProps) {
  const action = useAction<{ id: string }>({
    path: '/v1/invoices/void',
    done: 'The invoice is void',
    onSuccess: onClose,
  })
  return (
    <ConfirmDialog
      title="Void this invoice?"
      action="Void invoice"
      isBusy={action.isPending}
      error={action.error}
      onConfirm={() => action.mutate({ id: invoice.id })}
      onClose={onClose}
    >
      <p>
        It is owed no longer, and what it drew on commits and credits is given back. It stays here,
        and can be computed anew.
      </p>
    </ConfirmDialog>
  )
}

function RegenerateDialog({ invoice, onClose }: ActionProps) {
  const [, navigate] = useLocation()
  const action = useAction<{ id: string }, { data: { id: string } }>({
    path: '/v1/invoices/regenerate',
    done: 'A new invoice takes its place',
    onSuccess: ({ data: { id } }) => {
      onClose()
      navigate(invoiceHref({ id, customerId: invoice.customer_id }))
    },
  })
  return (
    <ConfirmDialog
      title="Regenerate this invoice?"
      action="Regenerate invoice"
      kind="primary"
      isBusy={action.isPending}
      error={action.error}
      onConfirm={() => action.mutate({ id: invoice.id })}
      onClose={onClose}
    >
      <p>
        A new invoice for the same period is computed from the usage, rates, terms and balances of
        now. It is final at once.
      </p>
    </ConfirmDialog>
  )
}
