import { useState } from 'react'
import { Link } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { TextField } from '../../components/inputs.tsx'
import { Card, Facts, Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { changesOfFields } from './changes-of-fields.ts'
import type { FieldEntity } from './entities.ts'
import { useFieldKeys } from './use-field-keys.ts'

interface Props {
  entity: FieldEntity
  /** The object's. */
  id: string
  values: Record<string, string> | undefined
  /** Drafts of final things and archived ones keep their values. */
  isFixed?: boolean
}

/** The values of your own that an object has; nothing where no key was added for such objects. */
export function CustomFields({ entity, id, values = {}, isFixed = false }: Props) {
  const { scope } = useEnvironment()
  const keys = useFieldKeys(entity)
  const [isChanging, setIsChanging] = useState(false)
  const facts = Object.entries(values).map(([label, value]) => ({ label, value }))
  const hasKeys = (keys.data ?? []).length > 0
  if (facts.length === 0 && !hasKeys) return null
  const mayChange = scope === 'full' && !isFixed && keys.data !== undefined
  return (
    <Section
      title="Custom fields"
      {...(mayChange && { actions: <Button onClick={() => setIsChanging(true)}>Change</Button> })}
    >
      {facts.length === 0 ? (
        <p className="muted">No values yet.</p>
      ) : (
        <Card>
          <Facts layout="list" facts={facts} />
        </Card>
      )}
      {isChanging && (
        <Dialog title="Custom fields" onClose={() => setIsChanging(false)}>
          <Answered query={keys}>
            {(known) => (
              <ValuesForm
                {...{ entity, id, values }}
                keys={known.map(({ key }) => key)}
                onClose={() => setIsChanging(false)}
              />
            )}
          </Answered>
        </Dialog>
      )}
    </Section>
  )
}

interface FormProps {
  entity: FieldEntity
  id: string
  values: Record<string, string>
  keys: readonly string[]
  onClose: () => void
}

function ValuesForm({ entity, id, values, keys, onClose }: FormProps) {
  const names = [...new Set([...keys, ...Object.keys(values)])].sort((a, b) => a.localeCompare(b))
  const object = { entity, entity_id: id }
  const remove = useAction<Record<string, unknown>>({
    path: '/v1/customFields/deleteValues',
    done: 'The fields are saved',
    onSuccess: onClose,
  })
  const set = useAction<Record<string, unknown>>({
    path: '/v1/customFields/setValues',
    done: 'The fields are saved',
  })
  const submit = (textOf: (name: string) => string) => {
    const texts = Object.fromEntries(names.map((key) => [key, textOf(`custom_fields.${key}`)]))
    const { changed, cleared } = changesOfFields(values, texts)
    const clear = () => {
      if (cleared.length === 0) onClose()
      else remove.mutate({ ...object, keys: cleared })
    }
    if (Object.keys(changed).length === 0) clear()
    else set.mutate({ ...object, custom_fields: changed }, { onSuccess: clear })
  }
  return (
    <Form error={set.error ?? remove.error} onSubmit={submit}>
      {names.map((key) => (
        <TextField
          key={key}
          name={`custom_fields.${key}`}
          label={key}
          isOptional
          defaultValue={values[key]}
          maxLength={200}
        />
      ))}
      <p className="field-hint">
        An empty value is deleted. Keys are added under{' '}
        <Link href="/developer/custom-fields">Custom fields</Link>.
      </p>
      <footer className="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" isBusy={set.isPending || remove.isPending}>
          Save
        </Button>
      </footer>
    </Form>
  )
}
