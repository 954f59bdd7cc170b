import { useState } from 'react'
import type { Contract } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { Dialog } from '../../components/dialog.tsx'
import { TextField, toInstant } from '../../components/inputs.tsx'
import { Answered } from '../../components/states.tsx'
import { buildTerm } from './build-term.ts'
import { diffTerm, whenText } from './diff-term.ts'
import { EditFrame } from './edit-frame.tsx'
import { editCall } from './edit-term.tsx'
import { replaceOverride } from './new-override.ts'
import { OVERRIDE_FIELDS } from './override-fields.ts'
import { canReadOverride, readOverride } from './read-override.ts'
import { FieldList } from './field-list.tsx'
import { overrideChange, type Override } from './term-text.ts'
import type { TermContext, Values } from './term.ts'
import { useContractContext } from './use-term-context.ts'

interface Props {
  contract: Contract
  override: Override
  onClose: () => void
}

/** Lets an override hold until an instant only. */
export function EndOverride({ contract, override, onClose }: Props) {
  const now = useNow()
  const [until, setUntil] = useState(override.ending_before?.slice(0, 10) ?? '')
  const at = toInstant(until)
  const before = override.ending_before
  const isChanged = at !== undefined && at !== before
  return (
    <EditFrame
      title="End the override"
      contract={contract}
      call={editCall(contract, at === undefined ? {} : replaceOverride(override, at))}
      lines={
        isChanged
          ? [
              {
                key: 'end',
                label: overrideChange(override),
                before: before === undefined ? 'No end of its own' : `Until ${whenText(before)}`,
                after: `Until ${whenText(until)}`,
              },
            ]
          : []
      }
      action="End the override"
      done="The override has an end"
      onClose={onClose}
    >
      <TextField
        type="date"
        name="add_overrides[0].ending_before"
        label="Holds until before"
        value={until}
        min={override.starting_at.slice(0, 10)}
        onChange={(event) => setUntil(event.target.value)}
        hint={`Today is ${now === undefined ? '…' : whenText(now.toISOString().slice(0, 10))} here. From then on the rate card holds again.`}
        autoFocus
      />
    </EditFrame>
  )
}

/** Puts another override in the place of one, at once or from an instant on. */
export function ChangeOverride({ contract, override, onClose }: Props) {
  const now = useNow()
  const context = useContractContext(contract, now)
  if (context.data === undefined) {
    return (
      <Dialog title="Change the override" onClose={onClose}>
        <Answered query={context}>{() => null}</Answered>
      </Dialog>
    )
  }
  if (!canReadOverride(override, context.data)) {
    return (
      <Dialog title="Change the override" onClose={onClose}>
        <div className="dialog-body">
          <p>
            It has parts that this form does not ask for, which would be lost. End or remove it
            here, or change it by the API.
          </p>
        </div>
      </Dialog>
    )
  }
  return <ChangeForm {...{ contract, override, onClose }} context={context.data} />
}

function ChangeForm({ contract, override, onClose, context }: Props & { context: TermContext }) {
  const before = readOverride(override, context)
  const [values, setValues] = useState<Values>(before)
  const next = buildTerm({ key: override.id, kind: 'override', values }, context)
  const starts = values['starting_at'] ?? ''
  const at = starts === before['starting_at'] ? null : (toInstant(starts) ?? null)
  const { lines } = diffTerm({ fields: OVERRIDE_FIELDS, before, after: values, context })
  const isKept = at !== null && new Date(at) > new Date(override.starting_at)
  return (
    <EditFrame
      title="Change the override"
      contract={contract}
      call={editCall(contract, replaceOverride(override, at, next))}
      lines={
        isKept
          ? [
              ...lines,
              {
                key: 'kept',
                label: 'What it is now',
                before: overrideChange(override),
                after: `holds until ${whenText(starts)}`,
              },
            ]
          : lines
      }
      action="Change the override"
      done="The override is changed"
      onClose={onClose}
    >
      <p className="muted">
        With a later start, what it is now holds until then; otherwise the change holds as if it had
        always been so, on drafts.
      </p>
      <FieldList
        fields={OVERRIDE_FIELDS}
        values={values}
        context={context}
        place={`add_overrides[${isKept ? 1 : 0}].`}
        onChange={setValues}
      />
    </EditFrame>
  )
}
