import type { ComponentType } from 'react'
import { useParams } from 'wouter'
import { useAnswer } from '../../api/use-answer.ts'
import { CopyableId } from '../../components/copy-button.tsx'
import { Page } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Tabs } from '../../components/tabs.tsx'
import NotFound from '../not-found.tsx'
import type { RateCard } from '../offering/answers.ts'
import { CardCheck } from './card-check.tsx'
import { CardRates } from './card-rates.tsx'
import { CardSettings } from './card-settings.tsx'
import '../offering/offering.css'

const PARTS: Record<string, { label: string; part: ComponentType<{ card: RateCard }> }> = {
  '': { label: 'Rates', part: CardRates },
  settings: { label: 'Aliases and units', part: CardSettings },
  check: { label: 'Check', part: CardCheck },
}

const CRUMBS = [{ label: 'Rate cards', href: '/offering/rate-cards' }]

export default function RateCardPage() {
  const { rateCardId, tab = '' } = useParams<{ rateCardId: string; tab?: string }>()
  const card = useAnswer<RateCard>({
    path: '/v1/contract-pricing/rate-cards/get',
    body: { id: rateCardId },
  })
  const Part = PARTS[tab]?.part
  if (Part === undefined) return <NotFound />
  if (card.data === undefined) {
    return (
      <Page title="Rate card" crumbs={CRUMBS}>
        <Answered query={card}>{() => null}</Answered>
      </Page>
    )
  }
  const { id, name, description } = card.data
  return (
    <Page
      title={name}
      crumbs={CRUMBS}
      lead={
        <>
          {description !== undefined && description !== '' && <>{description} · </>}
          <CopyableId id={id} />
        </>
      }
    >
      <Tabs
        label="Parts of the rate card"
        tabs={Object.entries(PARTS).map(([key, { label }]) => ({
          label,
          href: key === '' ? `/offering/rate-cards/${id}` : `/offering/rate-cards/${id}/${key}`,
        }))}
      />
      <Part card={card.data} />
    </Page>
  )
}
