import { useState } from 'react'
import type { Customer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Button } from '../../components/button.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { sdkCall } from '../getting-started/sdk-call.ts'
import './embed-preview.css'

const PAGES = [
  { dashboard: 'invoices', label: 'Invoices' },
  { dashboard: 'usage', label: 'Usage' },
  { dashboard: 'commits_and_credits', label: 'Commits and credits' },
] as const

type EmbeddedPage = (typeof PAGES)[number]

/** The pages that a site can show its customer in a frame, as the customer sees them. */
export function CustomerEmbeds({ customer }: { customer: Customer }) {
  const [shown, setShown] = useState<EmbeddedPage | null>(null)
  return (
    <Section
      title="Embedded pages"
      lead="What your own site can show this customer in a frame. Its address opens nothing else, and expires."
    >
      <div className="actions">
        {PAGES.map((page) => (
          <Button key={page.dashboard} onClick={() => setShown(page)}>
            {page.label}
          </Button>
        ))}
      </div>
      {shown !== null && (
        <Preview customer={customer} page={shown} onClose={() => setShown(null)} />
      )}
    </Section>
  )
}

interface PreviewProps {
  customer: Customer
  page: EmbeddedPage
  onClose: () => void
}

function Preview({ customer: { id, name }, page: { dashboard, label }, onClose }: PreviewProps) {
  const body = { customer_id: id, dashboard }
  const embed = useAnswer<{ url: string }>({ path: '/v1/dashboards/getEmbeddableUrl', body })
  return (
    <Dialog title={`${label}, as ${name} sees them`} size="large" onClose={onClose}>
      <div className="dialog-body">
        <Answered query={embed}>
          {({ url }) => (
            <iframe className="embed-preview" title={label} src={new URL(url).pathname} />
          )}
        </Answered>
        <CodeBlock
          label="the call that makes the address"
          text={sdkCall('{ data }', 'v1.dashboards.getEmbeddableURL', body)}
        />
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>Close</Button>
      </footer>
    </Dialog>
  )
}
