import type { ReactNode } from 'react'
import type { Contract } from '../../api/answers.ts'
import { EditFrame } from './edit-frame.tsx'
import { editCall } from './edit-term.tsx'

interface Props {
  title: string
  contract: Contract
  /** What it is called. */
  name: string
  /** The verb of the edit: `archive_commits`. */
  verb: string
  id: string
  /** What becomes of it. */
  after: string
  action: string
  done: string
  onClose: () => void
  children: ReactNode
}

/** Takes a term out of a contract, after saying what that means. */
export function RemoveTerm({ contract, name, verb, id, after, children, ...frame }: Props) {
  return (
    <EditFrame
      {...frame}
      isSettled
      isDanger
      contract={contract}
      call={editCall(contract, { [verb]: [{ id }] })}
      lines={[{ key: id, label: name, before: 'As it is agreed on', after }]}
    >
      {children}
    </EditFrame>
  )
}
