import { CopyButton } from './copy-button.tsx'

/** Code to read and to copy. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="code-block">
      <CopyButton text={text} label={`Copy ${label}`} />
      <pre role="region" aria-label={`Code: ${label}`} tabIndex={0}>
        <code>{text}</code>
      </pre>
    </div>
  )
}
