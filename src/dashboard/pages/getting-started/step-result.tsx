import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Invoice } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { Amount } from '../../components/amount.tsx'
import { Button } from '../../components/button.tsx'
import { CopyableId } from '../../components/copy-button.tsx'
import { Time } from '../../components/time.tsx'
import { ROUTES } from '../../routes.ts'
import { PdfButton } from '../invoices/invoice-actions.tsx'
import { invoiceHref } from '../invoices/invoice-names.ts'
import type { Progress } from './tour-progress.ts'
import { whenFinal } from './step-code.ts'
import { TOUR } from './tour.ts'

/** What a step has made, with where to look at it. */
export function StepResult({ stepKey, progress }: { stepKey: string; progress: Progress }) {
  return <div className="tour-result">{resultOf(stepKey, progress)}</div>
}

function resultOf(stepKey: string, progress: Progress): ReactNode {
  const { metricId, productId, cardId, customerId, contractId, draft, finalized } = progress
  switch (stepKey) {
    case 'metric':
      return (
        <Made id={metricId} in="/offering/metrics">
          {TOUR.metric}
        </Made>
      )
    case 'product':
      return (
        <Made id={productId} in="/offering/products">
          {TOUR.product}
        </Made>
      )
    case 'rate-card':
      return (
        <Made id={cardId} in="/offering/rate-cards">
          List prices
        </Made>
      )
    case 'customer':
      return (
        <Made id={customerId} in="/customers">
          {TOUR.customer}
        </Made>
      )
    case 'contract':
      return (
        <Made id={contractId} in={`/customers/${customerId}/contracts`}>
          Contract of {TOUR.customer}
        </Made>
      )
    case 'events':
      return (
        <p>
          {progress.eventCount} events arrived. <Link href="/events">See them</Link>, and which
          metric counts each.
        </p>
      )
    case 'draft':
      return draft === undefined ? (
        <NoDraftYet isOver={finalized !== undefined} />
      ) : (
        <Shown invoice={draft} />
      )
    default:
      return finalized === undefined ? (
        <Waiting progress={progress} />
      ) : (
        <Shown invoice={finalized} />
      )
  }
}

interface MadeProps {
  id: string | undefined
  /** The address of its page without the id. */
  in: string
  children: ReactNode
}

function Made({ id, in: folder, children }: MadeProps) {
  const hasPage = ROUTES.some(({ path }) => matches(path, folder))
  return (
    <p className="tour-made">
      {hasPage ? <Link href={`${folder}/${id}`}>{children}</Link> : children}
      {id !== undefined && <CopyableId id={id} isShort />}
    </p>
  )
}

/** Whether a route is that of the things in a folder: `/customers/:customerId/:tab?`. */
function matches(path: string, folder: string): boolean {
  const [parts, wanted] = [path, folder].map((each) => each.split('/'))
  if (parts === undefined || wanted === undefined) return false
  const hasFolder = wanted.every(
    (part, i) => part === parts[i] || parts[i]?.startsWith(':') === true,
  )
  return hasFolder && parts[wanted.length]?.startsWith(':') === true
}

function Shown({ invoice }: { invoice: Invoice }) {
  const { id, customer_id: customerId, status, total, credit_type: unit } = invoice
  const href = invoiceHref({ id, customerId })
  return (
    <>
      <p className="figure">
        <Amount value={total} unit={unit} />
      </p>
      <p className="tour-made">
        <Link href={href}>{status === 'DRAFT' ? 'Open the draft' : 'Open the invoice'}</Link>
        <PdfButton invoice={invoice} />
      </p>
    </>
  )
}

function NoDraftYet({ isOver }: { isOver: boolean }) {
  const client = useQueryClient()
  const { id } = useEnvironment()
  if (isOver) return <p>It has become final.</p>
  return (
    <p>
      There is no draft with usage yet.{' '}
      <Button onClick={() => void client.invalidateQueries({ queryKey: [id] })}>Look again</Button>
    </p>
  )
}

function Waiting({ progress }: { progress: Progress }) {
  return (
    <p>
      Time here is that of the world: the invoice becomes final by itself on{' '}
      <Time at={whenFinal(progress)} isDay={false} />. A sandbox with a clock of its own gets there
      at once.
    </p>
  )
}
