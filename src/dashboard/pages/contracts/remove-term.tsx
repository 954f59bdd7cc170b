import type { ReactNode } from 'react'
import type { Contract } from '../../api/answers.ts'
import { EditFrame, type EditCall } from './edit-frame.tsx'

interface Props {
  title: string
  contract: Pick<Contract, 'id' | 'customer_id'> | null
  call: EditCall
  /** What it is called. */
  name: string
  /** What becomes of it. */
  after: string
  action: string
  done: string
  onClose: () => void
  children: ReactNode
}

/** Takes a term away, after saying what that means. */
export function RemoveTerm({ name, after, children, ...frame }: Props) {
  return (
    <EditFrame
      {...frame}
      isSettled
      isDanger
      lines={[{ key: 'term', label: name, before: 'As it is agreed on', after }]}
    >
      {children}
    </EditFrame>
  )
}
