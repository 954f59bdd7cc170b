import type { ReactNode } from 'react'
import { CopyButton } from '../../components/copy-button.tsx'
import { Dialog } from '../../components/dialog.tsx'

interface Props {
  title: string
  token: string
  action: ReactNode
  error?: Error | null
  onClose: () => void
}

/** A token on its only appearance. */
export function TokenShownOnce({ title, token, action, error = null, onClose }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="dialog-body">
        <p>This is the only time that its token is shown. Keep it where you keep secrets.</p>
        <div className="secret">
          <code>{token}</code>
          <CopyButton text={token} label="Copy token" />
        </div>
        {error !== null && (
          <p className="form-error" role="alert">
            {error.message}
          </p>
        )}
      </div>
      <footer className="dialog-foot">{action}</footer>
    </Dialog>
  )
}
