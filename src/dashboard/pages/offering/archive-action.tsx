import { useState, type ReactNode } from 'react'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/dialog.tsx'

interface Props {
  noun: string
  name: string
  path: string
  body: Record<string, unknown>
  onArchived?: () => void
  /** What becomes of what uses it. */
  children: ReactNode
}

/** Archives a thing for good, once who asks has read what that means. */
export function ArchiveAction({ noun, name, path, body, onArchived, children }: Props) {
  const [isAsking, setIsAsking] = useState(false)
  const close = () => setIsAsking(false)
  const archive = useAction<Record<string, unknown>>({
    path,
    done: `${name} is archived`,
    onSuccess: () => {
      close()
      onArchived?.()
    },
  })
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>Archive…</Button>
      {isAsking && (
        <ConfirmDialog
          title={`Archive ${name}?`}
          action={`Archive ${noun}`}
          isBusy={archive.isPending}
          error={archive.error}
          onConfirm={() => archive.mutate(body)}
          onClose={close}
        >
          {children}
        </ConfirmDialog>
      )}
    </>
  )
}
