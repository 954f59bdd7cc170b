import { Link, useParams } from 'wouter'
import type { Metric } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useNow } from '../../api/use-clock.ts'
import { usePages, type Pages } from '../../api/use-pages.ts'
import { Badge } from '../../components/badge.tsx'
import { Button, ButtonLink } from '../../components/button.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { Card, Section } from '../../components/page.tsx'
import { CustomFields } from '../custom-fields/custom-fields.tsx'
import type { Product } from '../offering/answers.ts'
import { ArchiveAction } from '../offering/archive-action.tsx'
import { DetailPage } from '../offering/detail-page.tsx'
import { RenameAction } from '../offering/rename-action.tsx'
import { MetricDefinition } from './metric-definition.tsx'
import { PreviewCard, usePreview } from './metric-preview.tsx'
import { exampleEvent, toDraft, toSql } from './draft.ts'

const LIST = { label: 'Billable metrics', href: '/offering/metrics' }

export default function MetricPage() {
  const { metricId } = useParams<{ metricId: string }>()
  const metric = useAnswer<Metric>({ path: `/v1/billable-metrics/${metricId}` })
  return (
    <DetailPage
      kind="Billable metric"
      list={LIST}
      query={metric}
      head={({ id, name, archived_at }) => ({ id, name, isArchived: archived_at !== undefined })}
      actions={(shown) => <MetricActions metric={shown} />}
    >
      {(shown) => <Shown metric={shown} />}
    </DetailPage>
  )
}

/** The products that bill a metric now, or did or will at another time; archived ones, too. */
function useProductsOf(metricId: string): Pages<Product> {
  return usePages<Product>({
    path: '/v1/contract-pricing/products/list',
    body: { archive_filter: 'ALL', billable_metric_id: metricId },
    limit: 20,
  })
}

function MetricActions({ metric: { id, name } }: { metric: Metric }) {
  const { kind } = useEnvironment()
  const { rows, hasMore } = useProductsOf(id)
  const used = rows.filter(({ archived_at }) => archived_at === null)
  return (
    <>
      <ArchiveAction noun="metric" name={name} path="/v1/billable-metrics/archive" body={{ id }}>
        {used.length > 0 && (
          <p className="callout callout-warn">
            In use: {used.map(({ current }) => current.name).join(', ')}
            {hasMore && ' and others'} {used.length === 1 && !hasMore ? 'bills' : 'bill'} it.
          </p>
        )}
        <p>
          Products that use it keep metering, and no new product can choose it. This cannot be taken
          back.
        </p>
      </ArchiveAction>
      <RenameAction
        noun="metric"
        name={name}
        method="PUT"
        path={`/v1/billable-metrics/${id}`}
        body={{}}
      />
      {kind === 'SANDBOX' && (
        <ButtonLink kind="primary" href={`/events/new?metric=${id}`}>
          Send a test event
        </ButtonLink>
      )}
    </>
  )
}

function Shown({ metric }: { metric: Metric }) {
  const preview = usePreview(metric.sql ?? toSql(toDraft(metric)))
  return (
    <div className="builder">
      <div className="stack">
        <Card>
          <MetricDefinition metric={metric} />
        </Card>
        <ProductsOfMetric id={metric.id} />
        <CustomFields entity="billable_metric" id={metric.id} values={metric.custom_fields} />
      </div>
      <div className="builder-side">
        <PreviewCard preview={preview} waiting="" />
        {metric.sql === undefined && <ExampleEvent metric={metric} />}
      </div>
    </div>
  )
}

function ExampleEvent({ metric }: { metric: Metric }) {
  const now = useNow()
  const event = exampleEvent(toDraft(metric), (now ?? new Date(0)).toISOString())
  return (
    <Section title="An event that counts">
      <JsonView value={event} label="example event" />
    </Section>
  )
}

function ProductsOfMetric({ id }: { id: string }) {
  const { rows, isPending, hasMore, isReadingMore, readMore } = useProductsOf(id)
  return (
    <Section title="Products that bill it">
      {rows.length === 0 ? (
        <p className="muted">{isPending ? 'Loading…' : 'None yet.'}</p>
      ) : (
        <ul className="links">
          {rows.map(({ id: productId, current, archived_at }) => (
            <li key={productId}>
              <Link href={`/offering/products/${productId}`}>{current.name}</Link>{' '}
              {archived_at !== null && <Badge>Archived</Badge>}
              {current.billable_metric_id !== id && <Badge>Not now</Badge>}
            </li>
          ))}
        </ul>
      )}
      {hasMore && (
        <Button onClick={readMore} isBusy={isReadingMore}>
          Show more
        </Button>
      )}
    </Section>
  )
}
