import { useState } from 'react'
import { Link, useParams } from 'wouter'
import type { Metric } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { CopyableId } from '../../components/copy-button.tsx'
import { ConfirmDialog } from '../../components/dialog.tsx'
import { Card, Page, Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { useProducts } from '../offering/use-named.ts'
import { MetricDefinition } from './metric-definition.tsx'
import { PreviewCard, usePreview } from './metric-preview.tsx'
import { toDraft, toSql } from './draft.ts'
import '../offering/offering.css'

const CRUMBS = [{ label: 'Billable metrics', href: '/offering/metrics' }]

export default function MetricPage() {
  const { metricId } = useParams<{ metricId: string }>()
  const metric = useAnswer<Metric>({ path: `/v1/billable-metrics/${metricId}` })
  if (metric.data === undefined) {
    return (
      <Page title="Billable metric" crumbs={CRUMBS}>
        <Answered query={metric}>{() => null}</Answered>
      </Page>
    )
  }
  return <Shown metric={metric.data} />
}

function Shown({ metric }: { metric: Metric }) {
  const { scope } = useEnvironment()
  const { id, name, archived_at } = metric
  const [isArchiving, setIsArchiving] = useState(false)
  const preview = usePreview(metric.sql ?? toSql(toDraft(metric)))
  return (
    <Page
      title={name}
      crumbs={CRUMBS}
      heading={
        <>
          {name} {archived_at !== undefined && <Badge>Archived</Badge>}
        </>
      }
      lead={<CopyableId id={id} />}
      actions={
        scope === 'full' &&
        archived_at === undefined && (
          <Button onClick={() => setIsArchiving(true)}>Archive metric…</Button>
        )
      }
    >
      <div className="builder">
        <div className="stack">
          <Card>
            <MetricDefinition metric={metric} />
          </Card>
          <ProductsOfMetric id={id} />
        </div>
        <div className="builder-side">
          <PreviewCard preview={preview} waiting="" />
        </div>
      </div>
      {isArchiving && <ArchiveMetric metric={metric} onClose={() => setIsArchiving(false)} />}
    </Page>
  )
}

function ProductsOfMetric({ id }: { id: string }) {
  const products = useProducts()
  const using = products.data?.filter((each) => each.current.billable_metric_id === id) ?? []
  return (
    <Section title="Products that bill it">
      {using.length === 0 ? (
        <p className="muted">{products.isPending ? 'Loading…' : 'None yet.'}</p>
      ) : (
        <ul className="links">
          {using.map((product) => (
            <li key={product.id}>
              <Link href={`/offering/products/${product.id}`}>{product.current.name}</Link>{' '}
              {product.archived_at !== null && <Badge>Archived</Badge>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function ArchiveMetric({ metric, onClose }: { metric: Metric; onClose: () => void }) {
  const archive = useAction<{ id: string }>({
    path: '/v1/billable-metrics/archive',
    done: `${metric.name} is archived`,
    onSuccess: onClose,
  })
  return (
    <ConfirmDialog
      title={`Archive ${metric.name}?`}
      action="Archive metric"
      isBusy={archive.isPending}
      error={archive.error}
      onConfirm={() => archive.mutate({ id: metric.id })}
      onClose={onClose}
    >
      <p>
        Products that use it keep metering, and no new product can choose it. This cannot be taken
        back.
      </p>
    </ConfirmDialog>
  )
}
