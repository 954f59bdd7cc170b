import { Icon } from '../../components/icon.tsx'
import { Card } from '../../components/page.tsx'
import { Button } from '../../components/button.tsx'
import { placesOf } from './build-term.ts'
import type { StepProps } from './pricing-step.tsx'
import { TermFields } from './term-fields.tsx'
import { TERM_KINDS } from './term-kinds.ts'
import type { Term } from './term.ts'

/** What the contract has besides its rates, a card each. */
export function TermsStep({ draft: { terms }, context, onChange }: StepProps) {
  const places = placesOf(terms)
  const add = (kind: string) =>
    onChange({ terms: [...terms, { key: crypto.randomUUID(), kind, values: {} }] })
  const replace = (term: Term) =>
    onChange({ terms: terms.map((each) => (each.key === term.key ? term : each)) })
  return (
    <div className="stack">
      {terms.length === 0 && (
        <p className="muted">
          Without any, usage is billed by the rate card. Terms can also be added later.
        </p>
      )}
      {terms.map((term, i) => {
        const label = TERM_KINDS[term.kind]?.label ?? ''
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
            <TermFields term={term} context={context} place={places[i] ?? ''} onChange={replace} />
          </Card>
        )
      })}
      <div className="actions" role="group" aria-label="Add a term">
        {Object.entries(TERM_KINDS)
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
