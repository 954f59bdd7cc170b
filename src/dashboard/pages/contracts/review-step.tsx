import { Badge } from '../../components/badge.tsx'
import { Card, Section } from '../../components/page.tsx'
import { formatDay } from '../../format/time-text.ts'
import { PackageTerms } from '../packages/package-terms.tsx'
import { planBilling } from './plan-billing.ts'
import type { StepProps } from './pricing-step.tsx'
import { SdkCall } from './sdk-call.tsx'
import { usePackages, useRateCards } from './use-offering.ts'

/** What will be billed when, and the call that creates the same contract. */
export function ReviewStep({
  draft,
  context,
  body,
}: Omit<StepProps, 'onChange'> & { body: Record<string, unknown> }) {
  const cards = useRateCards()
  const packages = usePackages()
  const isPackage = draft.source === 'package'
  const pack = packages.data?.find(({ id }) => id === draft.packageId)
  const source = isPackage
    ? pack?.name
    : cards.data?.find(({ id }) => id === draft.rateCardId)?.name
  const start = dayText(draft.start)
  const end = draft.end === '' ? 'with no end' : `until before ${dayText(draft.end)}`
  return (
    <>
      <Section title="What will be billed">
        <Card>
          <p className="review-lead">
            {isPackage
              ? `By the package ${source ?? '…'}, from ${start}.`
              : `By the rate card ${source ?? '…'}, from ${start}, ${end}.`}
          </p>
          {isPackage ? (
            <p className="muted">The package says what is billed, and when: its terms follow.</p>
          ) : (
            <dl className="plan">
              {planBilling(draft, context).map(({ key, title, what, isBilled }) => (
                <div key={key}>
                  <dt>
                    {title} {!isBilled && <Badge>Not billed</Badge>}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          )}
        </Card>
      </Section>
      {isPackage && pack !== undefined && <PackageTerms pack={pack} />}
      <Section title="The same by the SDK">
        <SdkCall method="v1.contracts.create" body={body} />
      </Section>
    </>
  )
}

function dayText(day: string): string {
  return day === '' ? '…' : formatDay(new Date(`${day}T00:00:00Z`))
}
