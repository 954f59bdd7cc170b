import { Icon } from '../../components/icon.tsx'
import { Card } from '../../components/page.tsx'
import { Button } from '../../components/button.tsx'
import { placesOf } from './build-term.ts'
import { TermFields } from './term-fields.tsx'
import { TERM_KINDS, type TermKinds } from './term-kinds.ts'
import type { Term, TermContext } from './term.ts'

interface Props {
  draft: { terms: Term[] }
  context: TermContext
  onChange: (changes: { terms: Term[] }) => void
  kinds?: TermKinds
  /** Said while there are none. */
  lead?: string
}

const LEAD = 'Without any, usage is billed by the rate card. Terms can also be added later.'

/** What a contract, or a package, has besides its rates, a card each. */
export function TermsStep(props: Props) {
  const { draft, context, onChange, kinds = TERM_KINDS, lead = LEAD } = props
  const { terms } = draft
  const places = placesOf(terms, '', kinds)
  const add = (kind: string) =>
    onChange({ terms: [...terms, { key: crypto.randomUUID(), kind, values: {} }] })
  const replace = (term: Term) =>
    onChange({ terms: terms.map((each) => (each.key === term.key ? term : each)) })
  return (
    <div className="stack">
      {terms.length === 0 && <p className="muted">{lead}</p>}
      {terms.map((term, i) => {
        const label = kinds[term.kind]?.label ?? ''
        return (
          <Card key={term.key} className="wizard-card">
            <header className="term-head">
              <h2>{label}</h2>
              <button
                type="button"
                className="icon-button"
                aria-label={`Remove ${label}`}
                onClick={() => onChange({ terms: terms.filter(({ key }) => key !== term.key) })}
              >
                <Icon name="close" />
              </button>
            </header>
            <TermFields
              term={term}
              context={context}
              place={places[i] ?? ''}
              kinds={kinds}
              onChange={replace}
            />
          </Card>
        )
      })}
      <div className="actions" role="group" aria-label="Add a term">
        {Object.entries(kinds)
          .filter(
            ([kind, { isSingle }]) =>
              isSingle !== true || terms.every((term) => term.kind !== kind),
          )
          .map(([kind, { label }]) => (
            <Button key={kind} onClick={() => add(kind)}>
              <Icon name="plus" />
              {label}
            </Button>
          ))}
      </div>
    </div>
  )
}
