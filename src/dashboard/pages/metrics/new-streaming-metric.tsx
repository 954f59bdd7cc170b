import { useState } from 'react'
import { useLocation } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { Form } from '../../components/form.tsx'
import { TextField } from '../../components/inputs.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { EMPTY_DRAFT, exampleEvent, missingPart, toMetricBody, toSql } from './draft.ts'
import { PreviewCard, usePreview } from './metric-preview.tsx'
import { StreamingBuilder } from './streaming-builder.tsx'

type NewMetric = ReturnType<typeof toMetricBody> & { name: string }

export function NewStreamingMetric() {
  const { scope } = useEnvironment()
  const now = useNow()
  const [, navigate] = useLocation()
  const [draft, setDraft] = useState(EMPTY_DRAFT)
  const kept = { ...draft, groupKeys: draft.groupKeys.filter((key) => key.length > 0) }
  const missing = missingPart(kept)
  const preview = usePreview(missing === null ? toSql(kept) : null)
  const create = useAction<NewMetric, { data: { id: string } }>({
    path: '/v1/billable-metrics/create',
    done: 'The metric is made',
    onSuccess: ({ data: { id } }) => navigate(`/offering/metrics/${id}`),
  })
  const timestamp = (now ?? new Date(0)).toISOString()
  return (
    <div className="builder">
      <Form
        error={create.error}
        onSubmit={(textOf) => create.mutate({ name: textOf('name'), ...toMetricBody(kept) })}
      >
        <TextField name="name" label="Name" autoFocus />
        <StreamingBuilder draft={draft} onChange={setDraft} />
        <div className="actions">
          <Button
            type="submit"
            kind="primary"
            disabled={scope !== 'full' || missing !== null}
            isBusy={create.isPending}
          >
            Create metric
          </Button>
          {missing !== null && <span className="muted">{missing}</span>}
        </div>
      </Form>
      <div className="builder-side">
        <PreviewCard preview={preview} waiting={missing ?? ''} />
        <section className="section" aria-label="Example event">
          <h2>An event that counts</h2>
          <JsonView value={exampleEvent(kept, timestamp)} label="example event" />
        </section>
      </div>
    </div>
  )
}
