import { FieldList } from './field-list.tsx'
import { TERM_KINDS, type TermKinds } from './term-kinds.ts'
import type { Term, TermContext } from './term.ts'

interface Props {
  term: Term
  context: TermContext
  /** Where the term is in the request, as refusals name it: `commits[0].`. */
  place: string
  onChange: (term: Term) => void
  kinds?: TermKinds
}

/** The questions of one term. */
export function TermFields({ term, context, place, onChange, kinds = TERM_KINDS }: Props) {
  const kind = kinds[term.kind]
  if (kind === undefined) return null
  return (
    <FieldList
      fields={kind.fields}
      values={term.values}
      context={context}
      place={place}
      onChange={(values) => onChange({ ...term, values })}
    />
  )
}
