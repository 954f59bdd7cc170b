import { useState } from 'react'
import { useLocation } from 'wouter'
import { ApiError } from '../../api/request.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Form } from '../../components/form.tsx'
import { TextField } from '../../components/inputs.tsx'
import { SqlEditor } from '../../components/sql-editor.tsx'
import { Execution, PreviewCard, usePreview } from './metric-preview.tsx'

const START = `SELECT COUNT(*) AS value, properties.region AS region
FROM events
WHERE event_type = 'request'
GROUP BY region`

export function NewSqlMetric() {
  const { scope } = useEnvironment()
  const [, navigate] = useLocation()
  const [sql, setSql] = useState(START)
  const preview = usePreview(sql.trim() === '' ? null : sql)
  const create = useAction<{ name: string; sql: string }, { data: { id: string } }>({
    path: '/v1/billable-metrics/create',
    done: 'The metric is made',
    onSuccess: ({ data: { id } }) => navigate(`/offering/metrics/${id}`),
  })
  const refusal = preview.isCurrent ? preview.error : null
  return (
    <div className="builder">
      <Form
        error={create.error}
        onSubmit={(textOf) => create.mutate({ name: textOf('name'), sql })}
      >
        <TextField name="name" label="Name" autoFocus />
        <div className="field">
          <span className="field-title">Query</span>
          <SqlEditor label="Query" value={sql} onChange={setSql} fault={faultOf(refusal)} />
          <div className="sql-state" role="status">
            <SqlState error={refusal} />
            {refusal === null && <Execution execution={preview.result?.execution} />}
          </div>
          <p className="field-hint">
            The column <code>value</code>, or else the first, is the quantity; the others are group
            keys. The table <code>events</code> has <code>event_type</code>, <code>timestamp</code>,{' '}
            <code>transaction_id</code>, <code>customer_id</code> and{' '}
            <code>properties.&lt;name&gt;</code>.
          </p>
        </div>
        <div className="actions">
          <Button
            type="submit"
            kind="primary"
            disabled={scope !== 'full' || refusal !== null}
            isBusy={create.isPending}
          >
            Create metric
          </Button>
        </div>
      </Form>
      <div className="builder-side">
        <PreviewCard preview={preview} waiting="Write a query to see what it gives." />
      </div>
    </div>
  )
}

/** What is wrong with a query, at its line and column, and what would be accepted. */
function SqlState({ error }: { error: Error | null }) {
  if (error === null) return null
  const { line, column } = error instanceof ApiError ? error.body : {}
  const text = error.message.replace(/^\d+:\d+ — /, '')
  return (
    <p className="field-error">
      {typeof line === 'number' && (
        <strong>
          Line {String(line)}, column {String(column)}:{' '}
        </strong>
      )}
      {text}
    </p>
  )
}

function faultOf(error: Error | null): { start: number; end: number } | null {
  const { position, end } = error instanceof ApiError ? error.body : {}
  if (typeof position !== 'number') return null
  return { start: position, end: typeof end === 'number' ? end : position + 1 }
}
