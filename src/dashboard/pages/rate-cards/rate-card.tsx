import type { ComponentType } from 'react'
import { useLocation, useParams } from 'wouter'
import { useAnswer } from '../../api/use-answer.ts'
import { Tabs } from '../../components/tabs.tsx'
import NotFound from '../not-found.tsx'
import type { RateCard } from '../offering/answers.ts'
import { ArchiveAction } from '../offering/archive-action.tsx'
import { DetailPage } from '../offering/detail-page.tsx'
import { RenameAction } from '../offering/rename-action.tsx'
import { CardCheck } from './card-check.tsx'
import { CardRates } from './card-rates.tsx'
import { CardSettings } from './card-settings.tsx'

const PARTS: Record<string, { label: string; part: ComponentType<{ card: RateCard }> }> = {
  '': { label: 'Rates', part: CardRates },
  settings: { label: 'Aliases, units and fields', part: CardSettings },
  check: { label: 'Check', part: CardCheck },
}

const LIST = { label: 'Rate cards', href: '/offering/rate-cards' }

export default function RateCardPage() {
  const { rateCardId, tab = '' } = useParams<{ rateCardId: string; tab?: string }>()
  const card = useAnswer<RateCard>({
    path: '/v1/contract-pricing/rate-cards/get',
    body: { id: rateCardId },
  })
  const Part = PARTS[tab]?.part
  if (Part === undefined) return <NotFound />
  return (
    <DetailPage
      kind="Rate card"
      list={LIST}
      query={card}
      head={({ id, name, description }) => ({ id, name, about: description })}
      actions={(shown) => <CardActions card={shown} />}
    >
      {(shown) => (
        <>
          <Tabs
            label="Parts of the rate card"
            tabs={Object.entries(PARTS).map(([key, { label }]) => ({
              label,
              href: `${LIST.href}/${shown.id}${key === '' ? '' : `/${key}`}`,
            }))}
          />
          <Part card={shown} />
        </>
      )}
    </DetailPage>
  )
}

function CardActions({ card: { id, name, description = '' } }: { card: RateCard }) {
  const [, navigate] = useLocation()
  return (
    <>
      <ArchiveAction
        noun="rate card"
        name={name}
        path="/v1/contract-pricing/rate-cards/archive"
        body={{ id }}
        onArchived={() => navigate(LIST.href)}
      >
        <p>
          Contracts on it stay and go on billing by it, and no new ones can choose it. It is listed
          no more. This cannot be taken back.
        </p>
      </ArchiveAction>
      <RenameAction
        noun="rate card"
        name={name}
        description={description}
        path="/v1/contract-pricing/rate-cards/update"
        body={{ rate_card_id: id }}
      />
    </>
  )
}
