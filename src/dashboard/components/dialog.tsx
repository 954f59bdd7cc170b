import { useEffect, useId, useRef, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
  size?: 'small' | 'medium' | 'large'
}

/**
 * A modal dialog of the browser: it traps the focus and closes with Escape. Mounted is open. The
 * focus goes back to where it was: a dialog that is taken off the page while it is open would lose it.
 */
export function Dialog({ title, onClose, children, size = 'small' }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = ref.current
    const before = document.activeElement
    if (dialog?.open === false) dialog.showModal()
    return () => {
      dialog?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      className={`dialog dialog-${size}`}
      aria-labelledby={titleId}
      // Effects run twice while developing: what is open again was not closed.
      onClose={() => ref.current?.open === true || onClose()}
      onCancel={onClose}
    >
      <header className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  )
}

interface ConfirmProps {
  title: string
  children: ReactNode
  /** What the button says: a verb, never “OK”. */
  action: string
  kind?: 'primary' | 'danger'
  isBusy: boolean
  error: Error | null
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ kind = 'danger', ...props }: ConfirmProps) {
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <div className="dialog-body">{props.children}</div>
      {props.error && (
        <p className="form-error" role="alert">
          {props.error.message}
        </p>
      )}
      <footer className="dialog-foot">
        <Button onClick={props.onClose}>Cancel</Button>
        <Button kind={kind} onClick={props.onConfirm} isBusy={props.isBusy}>
          {props.action}
        </Button>
      </footer>
    </Dialog>
  )
}
