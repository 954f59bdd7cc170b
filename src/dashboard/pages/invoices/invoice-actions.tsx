import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Invoice, UsageVerification } from '../../api/answers.ts'
import { download } from '../../api/request.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useAnnounce } from '../../components/announcer.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx'
import { Icon } from '../../components/icon.tsx'
import { Menu } from '../../components/menu.tsx'
import { invoiceHref } from './invoice-names.ts'

type Asked = 'void' | 'regenerate' | 'verify' | null

export function InvoiceActions({ invoice }: { invoice: Invoice }) {
  const { scope } = useEnvironment()
  const [asked, setAsked] = useState<Asked>(null)
  const { status, start_timestamp: start } = invoice
  const mayWrite = scope === 'full'
  const close = () => setAsked(null)
  return (
    <>
      <PdfButton invoice={invoice} />
      {start !== undefined && <Button onClick={() => setAsked('verify')}>Verify usage</Button>}
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

function PdfButton({ invoice: { id, customer_id } }: { invoice: Invoice }) {
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

function saveFile(file: Blob, name: string): void {
  const anchor = document.createElement('a')
  anchor.href = URL.createObjectURL(file)
  anchor.download = name
  anchor.click()
  URL.revokeObjectURL(anchor.href)
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

interface VerifyQuestion {
  customer_id: string
  starting_on: string | undefined
  ending_before: string | undefined
}

/** Computes the usage of the period a second time, in another way, and compares. */
function VerifyDialog({ invoice, onClose }: ActionProps) {
  const verify = useAction<VerifyQuestion, { data: UsageVerification }>({
    path: '/v1/usage/verify',
    done: 'Usage was computed again',
  })
  const result = verify.data?.data
  return (
    <Dialog title="Verify the usage" onClose={onClose}>
      <div className="dialog-body">
        {result === undefined ? (
          <p>
            Every stored event of the period is read again and added up by a second, plainer
            implementation. Its result must be that of the meters, digit by digit.
          </p>
        ) : (
          <Verification result={result} />
        )}
        {verify.error && (
          <p className="form-error" role="alert">
            {verify.error.message}
          </p>
        )}
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>Close</Button>
        {result === undefined && (
          <Button
            kind="primary"
            isBusy={verify.isPending}
            onClick={() =>
              verify.mutate({
                customer_id: invoice.customer_id,
                starting_on: invoice.start_timestamp,
                ending_before: invoice.end_timestamp,
              })
            }
          >
            Verify now
          </Button>
        )}
      </footer>
    </Dialog>
  )
}

function Verification({ result }: { result: UsageVerification }) {
  const { verified, events_read, differences, findings } = result
  const count = events_read.toLocaleString('en')
  return (
    <div className={`verdict ${verified ? 'verdict-good' : 'verdict-bad'}`} role="status">
      <Icon name={verified ? 'check' : 'close'} />
      <div>
        <span className="verdict-title">{verified ? 'Verified' : 'Not the same'}</span>
        <p className="muted">
          {count} events were read.{' '}
          {verified
            ? 'Both ways come to the same quantities.'
            : `${differences.length} differences and ${findings.length} damaged parts of the log were found.`}
        </p>
      </div>
    </div>
  )
}
