import type { LineItem } from '../api/answers.ts'

type Dimensioned = Pick<LineItem, 'pricing_group_values' | 'presentation_group_values'>

/** The values that tell a line from others of its product. */
export function Dimensions({ line }: { line: Dimensioned }) {
  const values = { ...line.presentation_group_values, ...line.pricing_group_values }
  const pairs = Object.entries(values)
  if (pairs.length === 0) return null
  return (
    <span className="dimensions">
      {pairs.map(([name, value]) => (
        <span key={name} className="dimension">
          <span className="muted">{name}</span> {value ?? '–'}
        </span>
      ))}
    </span>
  )
}
