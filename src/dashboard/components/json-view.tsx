import { CopyButton } from './copy-button.tsx'

/** JSON as it was sent: numbers keep their digits. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  const text = JSON.stringify(value, null, 2)
  return (
    <div className="code-block">
      <CopyButton text={text} label={`Copy ${label}`} />
      <pre aria-label={label} tabIndex={0}>
        {text}
      </pre>
    </div>
  )
}
