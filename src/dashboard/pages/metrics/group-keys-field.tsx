import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { TokensField } from '../../components/tokens-field.tsx'

interface Props {
  keys: readonly string[][]
  onChange: (keys: string[][]) => void
  suggestions: readonly string[]
}

/** Group keys, each of one property or of several together. */
export function GroupKeysField({ keys, onChange, suggestions }: Props) {
  const set = (index: number, names: string[]) => {
    onChange(keys.map((each, i) => (i === index ? names : each)))
  }
  return (
    <div className="group-keys">
      {keys.map((names, i) => (
        <div key={i} className="row-with-button">
          <TokensField
            name={`group_keys[${i}]`}
            label={`Group key ${i + 1}`}
            hint={names.length > 1 ? 'Only together: these properties are one key.' : undefined}
            placeholder="A property, or several together"
            values={names}
            onChange={(next) => set(i, next)}
            suggestions={suggestions}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove group key ${i + 1}`}
            onClick={() => onChange(keys.filter((_, at) => at !== i))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <div className="actions">
        <Button onClick={() => onChange([...keys, []])}>
          <Icon name="plus" /> Add a group key
        </Button>
      </div>
      {keys.length === 0 && (
        <p className="field-hint">
          Products price and show usage by the properties that are group keys here.
        </p>
      )}
    </div>
  )
}
