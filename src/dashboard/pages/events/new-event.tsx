import { useState } from 'react'
import { useSearchParams } from 'wouter'
import type { Customer, Metric } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { CustomerFilter } from '../../components/customer-filter.tsx'
import { FilterBar, SelectFilter } from '../../components/filters.tsx'
import { Form } from '../../components/form.tsx'
import { TextAreaField, TextField } from '../../components/inputs.tsx'
import { Card, Page, Section } from '../../components/page.tsx'
import { Empty, Loading } from '../../components/states.tsx'
import { EventReceipt } from './event-receipt.tsx'
import { draftEvent, toSentEvent, type EventDraft } from './test-event.ts'
import { useMetrics } from './use-metrics.ts'
import { useSendEvent } from './use-send-event.ts'

const CRUMBS = [{ label: 'Events', href: '/events' }]

/** Composes an event that a metric counts, sends it in a sandbox, and shows what it matched. */
export default function NewEvent() {
  const { kind, scope } = useEnvironment()
  const [search, setSearch] = useSearchParams()
  const [customerId, metricId] = [search.get('customer') ?? '', search.get('metric') ?? '']
  const set = (name: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  const customer = useAnswer<Customer>({
    path: `/v1/customers/${customerId}`,
    enabled: customerId !== '',
  })
  const metrics = useMetrics()
  const now = useNow()
  const isLoading =
    now === undefined || metrics.isPending || (customerId !== '' && customer.isPending)
  const isAllowed = kind === 'SANDBOX' && scope === 'full'
  return (
    <Page
      title="Test event"
      crumbs={CRUMBS}
      lead="An event of a sandbox, sent as your systems would send it. Here it says at once what it matches, and its own page what it costs."
    >
      {!isAllowed && (
        <Empty title="Test events are for sandboxes">
          Here, events come from your systems. Switch to a sandbox that you may change to try one.
        </Empty>
      )}
      {isAllowed && (
        <>
          <FilterBar>
            <CustomerFilter value={customerId} onChange={(id) => set('customer', id)} />
            <SelectFilter
              label="Metric that is to count it"
              value={metricId}
              choices={[
                { value: '', label: 'No metric in particular' },
                ...(metrics.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
              ]}
              onChange={(id) => set('metric', id)}
            />
          </FilterBar>
          {isLoading ? (
            <Loading />
          ) : (
            <Composer
              key={`${customerId} ${metricId}`}
              customer={customer.data}
              metric={metrics.data?.find(({ id }) => id === metricId)}
              now={now}
            />
          )}
        </>
      )}
    </Page>
  )
}

interface ComposerProps {
  customer: Customer | undefined
  metric: Metric | undefined
  now: Date
}

function Composer({ customer, metric, now }: ComposerProps) {
  const [draft, setDraft] = useState(() => {
    return draftEvent({ customer, metric, now, unique: uniqueText() })
  })
  const [problem, setProblem] = useState<string>()
  const send = useSendEvent()
  const change = (part: Partial<EventDraft>) => setDraft((before) => ({ ...before, ...part }))
  const submit = () => {
    const sent = toSentEvent(draft)
    setProblem('problem' in sent ? sent.problem : undefined)
    if ('problem' in sent || send.isPending) return
    send.mutate(sent.event, {
      // The next one is another event, unless its id is typed in again.
      onSuccess: () => change({ transactionId: `test-${uniqueText()}` }),
    })
  }
  return (
    <div className="columns">
      <Card>
        <Form error={send.error} onSubmit={submit}>
          <DraftFields {...{ draft, change, problem, customer }} />
          <div className="actions">
            <Button kind="primary" type="submit" isBusy={send.isPending}>
              Send event
            </Button>
          </div>
        </Form>
      </Card>
      <Section title="What it matched">
        {send.data === undefined ? (
          <Empty title="Nothing sent yet">
            Once it is sent, the customer and the metrics that count it are listed here, and why
            others do not.
          </Empty>
        ) : (
          <EventReceipt receipt={send.data} />
        )}
      </Section>
    </div>
  )
}

interface FieldsProps {
  draft: EventDraft
  change: (part: Partial<EventDraft>) => void
  problem: string | undefined
  customer: Customer | undefined
}

function DraftFields({ draft, change, problem, customer }: FieldsProps) {
  const others = customer?.ingest_aliases.slice(1) ?? []
  return (
    <>
      <TextField
        name="customer_id"
        label="Sent for"
        hint={
          others.length === 0
            ? 'A customer’s id or ingest alias.'
            : `A customer’s id or ingest alias, such as ${others.slice(0, 3).join(', ')} too.`
        }
        value={draft.ingestId}
        onChange={(event) => change({ ingestId: event.target.value })}
      />
      <TextField
        name="event_type"
        label="Event type"
        value={draft.eventType}
        onChange={(event) => change({ eventType: event.target.value })}
      />
      <TextField
        name="timestamp"
        label="Happened at (UTC)"
        type="datetime-local"
        step={1}
        hint="Now by the sandbox’s clock, or up to 34 days earlier."
        value={draft.at}
        onChange={(event) => change({ at: event.target.value })}
      />
      <TextAreaField
        name="properties"
        label="Properties"
        rows={8}
        error={problem}
        value={draft.properties}
        onChange={(event) => change({ properties: event.target.value })}
      />
      <TextField
        name="transaction_id"
        label="Transaction id"
        hint="Sent a second time, it is a duplicate and counts once."
        value={draft.transactionId}
        onChange={(event) => change({ transactionId: event.target.value })}
      />
    </>
  )
}

/** Also where the page is not served by TLS, which has no UUIDs. */
function uniqueText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
