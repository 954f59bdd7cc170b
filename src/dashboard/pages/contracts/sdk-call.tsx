import { CopyButton } from '../../components/copy-button.tsx'
import { sdkCall } from '../getting-started/sdk-call.ts'

interface Props {
  /** Below the client, such as `v1.contracts.create`. */
  method: string
  body: unknown
  isFolded?: boolean
}

/** The same as the form does, for programs. */
export function SdkCall({ method, body, isFolded = false }: Props) {
  const text = sdkCall(null, method, body)
  const code = (
    <div className="code-block">
      <CopyButton text={text} label="Copy the call" />
      <pre aria-label="The call with the SDK" tabIndex={0}>
        {text}
      </pre>
    </div>
  )
  if (!isFolded) return code
  return (
    <details className="fold">
      <summary>The same by the SDK</summary>
      {code}
    </details>
  )
}
