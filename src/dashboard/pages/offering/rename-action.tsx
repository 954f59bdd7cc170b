import { useState } from 'react'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { TextAreaField, TextField } from '../../components/inputs.tsx'

interface Props {
  noun: string
  name: string
  /** Of what has one; empty for none yet. */
  description?: string
  path: string
  method?: 'POST' | 'PUT'
  /** What names the thing to the API. */
  body: Record<string, unknown>
}

/** Changes what a thing is called. */
export function RenameAction({ noun, name, description, path, body, method = 'POST' }: Props) {
  const [isAsking, setIsAsking] = useState(false)
  const close = () => setIsAsking(false)
  const rename = useAction<Record<string, unknown>>({
    path,
    method,
    done: `The ${noun} is renamed`,
    onSuccess: close,
  })
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>Rename…</Button>
      {isAsking && (
        <Dialog title={`Rename ${name}`} onClose={close}>
          <Form
            error={rename.error}
            onSubmit={(textOf) => {
              const told = { name, ...(description !== undefined && { description }) }
              // What stays is not said: another one may be changing it.
              const changed = Object.entries(told).flatMap(([member, was]) =>
                textOf(member) === was.trim() ? [] : [[member, textOf(member)]],
              )
              if (changed.length === 0) close()
              else rename.mutate({ ...body, ...Object.fromEntries(changed) })
            }}
          >
            <TextField name="name" label="Name" defaultValue={name} autoFocus />
            {description !== undefined && (
              <TextAreaField
                name="description"
                label="Description"
                isOptional
                rows={2}
                defaultValue={description}
              />
            )}
            <footer className="dialog-foot">
              <Button onClick={close}>Cancel</Button>
              <Button type="submit" kind="primary" isBusy={rename.isPending}>
                Save
              </Button>
            </footer>
          </Form>
        </Dialog>
      )}
    </>
  )
}
