import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Contract } from '../../api/answers.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { Table } from '../../components/table.tsx'
import { contractHref } from './contract-names.ts'
import type { ChangeLine } from './diff-term.ts'
import { LatestEdit } from './latest-edit.tsx'
import { SdkCall } from './sdk-call.tsx'

/** The call that makes a change. */
export interface EditCall {
  path: string
  /** Of the SDK, below the client; null where it has none. */
  method: string | null
  body: object
}

interface Props {
  title: string
  /** Whose history has the change; null for what is not part of a contract. */
  contract: Pick<Contract, 'id' | 'customer_id'> | null
  call: EditCall
  lines: readonly ChangeLine[]
  /** What the last button says. */
  action: string
  isDanger?: boolean
  /** There is nothing to ask: what it comes to is shown at once. */
  isSettled?: boolean
  /** Said when it is done. */
  done: string
  onClose: () => void
  children: ReactNode
}

type Phase = 'ask' | 'review' | 'done'

/** Asks for a change, shows what it comes to, makes it, and shows what the history has of it. */
export function EditFrame(props: Props) {
  const { title, contract, call, lines, action, isDanger = false, done, onClose } = props
  const { isSettled = false } = props
  const [phase, setPhase] = useState<Phase>(isSettled ? 'review' : 'ask')
  const edit = useAction<object>({
    path: call.path,
    done,
    onSuccess: () => (contract === null ? onClose() : setPhase('done')),
  })
  const submit = () => {
    if (phase === 'ask') setPhase('review')
    // A refusal names fields, which are on the page before.
    else edit.mutate(call.body, { onError: () => setPhase(isSettled ? 'review' : 'ask') })
  }
  return (
    <Dialog title={title} onClose={onClose} size="medium">
      {phase === 'done' && contract !== null ? (
        <Done contract={contract} onClose={onClose} />
      ) : (
        <Form error={edit.error} onSubmit={submit}>
          <div className="edit-fields" hidden={phase !== 'ask' && !isSettled}>
            {props.children}
          </div>
          {phase === 'review' && <Review lines={lines} call={call} />}
          <footer className="dialog-foot">
            {phase === 'ask' ? (
              <>
                <Button onClick={onClose}>Cancel</Button>
                <Button type="submit" kind="primary" disabled={lines.length === 0}>
                  {lines.length === 0 ? 'Nothing changes yet' : 'See what changes'}
                </Button>
              </>
            ) : (
              <>
                <Button onClick={isSettled ? onClose : () => setPhase('ask')}>
                  {isSettled ? 'Cancel' : 'Back'}
                </Button>
                <Button
                  type="submit"
                  kind={isDanger ? 'danger' : 'primary'}
                  isBusy={edit.isPending}
                >
                  {action}
                </Button>
              </>
            )}
          </footer>
        </Form>
      )}
    </Dialog>
  )
}

function Review({ lines, call }: { lines: readonly ChangeLine[]; call: EditCall }) {
  return (
    <>
      <Table
        label="What changes"
        rows={lines}
        rowKey={({ key }) => key}
        columns={[
          { key: 'what', header: 'What', width: '28%', cell: ({ label }) => label },
          { key: 'before', header: 'Before', cell: ({ before }) => <del>{before}</del> },
          { key: 'after', header: 'After', cell: ({ after }) => <strong>{after}</strong> },
        ]}
      />
      <p className="muted">Drafts follow at once; finalized invoices stay as they are.</p>
      {call.method !== null && <SdkCall method={call.method} body={call.body} isFolded />}
    </>
  )
}

function Done({
  contract,
  onClose,
}: {
  contract: Pick<Contract, 'id' | 'customer_id'>
  onClose: () => void
}) {
  return (
    <div className="dialog-body">
      <p>The contract is changed. This is what its history has of it:</p>
      <LatestEdit contract={contract} />
      <footer className="dialog-foot">
        <Link className="button button-plain" href={`${contractHref(contract)}/history`}>
          All changes
        </Link>
        <Button kind="primary" onClick={onClose} autoFocus>
          Close
        </Button>
      </footer>
    </div>
  )
}
