import { useState } from 'react'
import { Link, useParams } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { CopyableId } from '../../components/copy-button.tsx'
import { ConfirmDialog } from '../../components/dialog.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { Card, Facts, Page, Section, type Fact } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Period, Time } from '../../components/time.tsx'
import type { Package, RateCard } from '../offering/answers.ts'
import { lengthText } from './offset-text.ts'
import { PackageContracts } from './package-contracts.tsx'
import { PackageTerms } from './package-terms.tsx'
import '../offering/offering.css'

const CRUMBS = [{ label: 'Packages', href: '/offering/packages' }]

export default function PackagePage() {
  const { packageId } = useParams<{ packageId: string }>()
  const pack = useAnswer<Package>({ path: '/v1/packages/get', body: { package_id: packageId } })
  if (pack.data === undefined) {
    return (
      <Page title="Package" crumbs={CRUMBS}>
        <Answered query={pack}>{() => null}</Answered>
      </Page>
    )
  }
  return <Shown pack={pack.data} />
}

function Shown({ pack }: { pack: Package }) {
  const { scope } = useEnvironment()
  const [isArchiving, setIsArchiving] = useState(false)
  const { id, name, archived_at } = pack
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
          <Button onClick={() => setIsArchiving(true)}>Archive package…</Button>
        )
      }
    >
      <Card>
        <Facts layout="list" facts={factsOf(pack)} />
      </Card>
      <PackageTerms pack={pack} />
      <PackageContracts packageId={id} />
      <Section title="As the API has it">
        <JsonView value={pack} label="package" />
      </Section>
      {isArchiving && <ArchivePackage pack={pack} onClose={() => setIsArchiving(false)} />}
    </Page>
  )
}

const DAYS: Record<string, string> = {
  FIRST_OF_MONTH: 'from the first of the month',
  CONTRACT_START: "from the contract's start",
}

function factsOf(pack: Package): Fact[] {
  const { usage_statement_schedule: schedule, duration, aliases, rate_card_id: cardId } = pack
  const days = pack.net_payment_terms_days
  return [
    {
      label: 'Rate card',
      value:
        cardId === undefined ? (
          <>
            {pack.rate_card_alias ?? 'None'}{' '}
            {pack.rate_card_alias !== undefined && (
              <span className="muted">· by alias, as of the contract's start</span>
            )}
          </>
        ) : (
          <CardName id={cardId} />
        ),
    },
    {
      label: 'Contracts last',
      value: duration === undefined ? 'without end' : lengthText(duration),
    },
    {
      label: 'Usage is billed',
      value: `${schedule.frequency.toLowerCase()}, ${DAYS[schedule.day] ?? schedule.day.toLowerCase()}`,
    },
    ...(days === undefined ? [] : [{ label: 'Payable within', value: `${days} days` }]),
    ...(pack.contract_name === undefined
      ? []
      : [{ label: 'Contracts are called', value: pack.contract_name }]),
    {
      label: 'Aliases',
      value:
        aliases.length === 0 ? (
          <span className="muted">none</span>
        ) : (
          <ul>
            {aliases.map(({ name, starting_at, ending_before }) => (
              <li key={`${name} ${starting_at ?? ''}`}>
                <code>{name}</code>{' '}
                {(starting_at ?? ending_before) !== undefined && (
                  <span className="muted">
                    <Period start={starting_at} end={ending_before} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        ),
    },
    { label: 'Created', value: <Time at={pack.created_at} /> },
  ]
}

function CardName({ id }: { id: string }) {
  const card = useAnswer<RateCard>({
    path: '/v1/contract-pricing/rate-cards/get',
    body: { id },
  })
  return <Link href={`/offering/rate-cards/${id}`}>{card.data?.name ?? id}</Link>
}

function ArchivePackage({ pack, onClose }: { pack: Package; onClose: () => void }) {
  const archive = useAction<{ package_id: string }>({
    path: '/v1/packages/archive',
    done: `${pack.name} is archived`,
    onSuccess: onClose,
  })
  return (
    <ConfirmDialog
      title={`Archive ${pack.name}?`}
      action="Archive package"
      isBusy={archive.isPending}
      error={archive.error}
      onConfirm={() => archive.mutate({ package_id: pack.id })}
      onClose={onClose}
    >
      <p>Its contracts stay, and no new ones are made from it. This cannot be taken back.</p>
    </ConfirmDialog>
  )
}
