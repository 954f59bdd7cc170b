import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from '../components/button.tsx'
import { ConfirmDialog } from '../components/dialog.tsx'
import { reloadDemo } from './demo-load.ts'

interface Props {
  /** The sandbox that has the company; it is told by its name, and may be somebody's own. */
  environment: string
  isDisabled?: boolean
}

/** Makes the demo company anew, after asking: its sandbox goes with all that was tried in it. */
export function ReloadDemo({ environment, isDisabled = false }: Props) {
  const client = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  const close = () => setIsAsking(false)
  return (
    <>
      <Button disabled={isDisabled} onClick={() => setIsAsking(true)}>
        Load it afresh…
      </Button>
      {isAsking && (
        <ConfirmDialog
          title="Delete the sandbox of the demo company?"
          action="Delete and load afresh"
          isBusy={false}
          error={null}
          onConfirm={() => {
            close()
            void reloadDemo(client, environment)
          }}
          onClose={close}
        >
          <p>
            All that is in it is deleted, also what was changed or added by hand, and cannot be
            brought back. The company is then made anew in another sandbox.
          </p>
        </ConfirmDialog>
      )}
    </>
  )
}
