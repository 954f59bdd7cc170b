import { useState } from 'react'
import { Link } from 'wouter'
import type { Contract } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { Card, Section } from '../../components/page.tsx'
import { Loading } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { Timeline } from '../../components/timeline.tsx'
import { invoiceHref } from '../invoices/invoice-names.ts'
import { contractDates, type ContractDate } from './contract-dates.ts'
import { useNames } from './use-offering.ts'

const SHOWN_FIRST = 20

/** What is to come, soonest first, and what has been, latest first. */
export function ContractTimeline({ contract }: { contract: Contract }) {
  const now = useNow()
  const { productName } = useNames()
  if (now === undefined) return <Loading />
  const dates = contractDates(contract, productName)
  const coming = dates.filter(({ at }) => new Date(at) > now)
  const past = dates.filter(({ at }) => new Date(at) <= now).toReversed()
  const customerId = contract.customer_id
  return (
    <div className="columns">
      <Section title="To come">
        <Dates label="To come" dates={coming} none="Nothing has a date." customerId={customerId} />
      </Section>
      <Section title="Until now">
        <Dates label="Until now" dates={past} none="Nothing yet." customerId={customerId} />
      </Section>
    </div>
  )
}

interface DatesProps {
  label: string
  dates: readonly ContractDate[]
  none: string
  customerId: string
}

function Dates({ label, dates, none, customerId }: DatesProps) {
  const [isWhole, setIsWhole] = useState(false)
  if (dates.length === 0) return <p className="muted">{none}</p>
  const shown = isWhole ? dates : dates.slice(0, SHOWN_FIRST)
  return (
    <Card>
      <Timeline
        label={label}
        entries={shown.map(({ key, at, title, detail, tone, invoiceId: id }) => ({
          key,
          title:
            id === undefined ? title : <Link href={invoiceHref({ id, customerId })}>{title}</Link>,
          time: <Time at={at} />,
          tone,
          ...(detail !== undefined && { detail }),
        }))}
      />
      {shown.length < dates.length && (
        <Button kind="quiet" onClick={() => setIsWhole(true)}>
          Show {dates.length - shown.length} more
        </Button>
      )}
    </Card>
  )
}
