import { useState } from 'react'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { usePages } from '../../api/use-pages.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx'
import { FilterBar, SelectFilter, useFilter } from '../../components/filters.tsx'
import { Form } from '../../components/form.tsx'
import { CheckField, SelectField, TextField } from '../../components/inputs.tsx'
import { Page } from '../../components/page.tsx'
import { Empty } from '../../components/states.tsx'
import { PagedTable, type Column } from '../../components/table.tsx'
import { ENTITIES, entityName, type FieldKey } from './entities.ts'

/** The keys of custom fields, by what can have values of them. */
export default function FieldKeys() {
  const { scope } = useEnvironment()
  const [entity, setEntity] = useFilter('entity')
  const [isAdding, setIsAdding] = useState(false)
  const [removing, setRemoving] = useState<FieldKey | null>(null)
  const pages = usePages<FieldKey>({
    path: '/v1/customFields/listKeys',
    body: entity === '' ? {} : { entities: [entity] },
    limit: 50,
  })
  const mayWrite = scope === 'full'
  const add = mayWrite && (
    <Button kind="primary" onClick={() => setIsAdding(true)}>
      Add key
    </Button>
  )
  return (
    <Page
      title="Custom fields"
      lead="Values of your own on what is billed, such as the id that another system has for it."
      actions={add}
    >
      <FilterBar>
        <SelectFilter
          label="Of"
          value={entity}
          choices={[{ value: '', label: 'Of everything' }, ...ENTITIES]}
          onChange={setEntity}
        />
      </FilterBar>
      <PagedTable
        label="Keys of custom fields"
        pages={pages}
        columns={columnsOf(mayWrite ? setRemoving : null)}
        rowKey={({ entity: of, key }) => `${of} ${key}`}
        empty={
          <Empty title="No keys" action={add}>
            Once a key is added for a kind of object, each of them can have a value of it.
          </Empty>
        }
      />
      {isAdding && <AddKey entity={entity} onClose={() => setIsAdding(false)} />}
      {removing !== null && <RemoveKey asked={removing} onClose={() => setRemoving(null)} />}
    </Page>
  )
}

function columnsOf(remove: ((key: FieldKey) => void) | null): Column<FieldKey>[] {
  return [
    { key: 'key', header: 'Key', cell: ({ key }) => <code>{key}</code> },
    { key: 'entity', header: 'Of', cell: ({ entity }) => entityName(entity) },
    {
      key: 'unique',
      header: 'Values',
      cell: ({ enforce_uniqueness: isUnique }) =>
        isUnique ? <Badge tone="info">Unique</Badge> : <span className="muted">any</span>,
    },
    {
      key: 'remove',
      header: <span className="hidden">Remove</span>,
      align: 'right',
      width: '7rem',
      cell: (each) =>
        remove !== null && (
          <Button kind="quiet" aria-label={`Remove ${each.key}`} onClick={() => remove(each)}>
            Remove
          </Button>
        ),
    },
  ]
}

function AddKey({ entity, onClose }: { entity: string; onClose: () => void }) {
  const [isUnique, setIsUnique] = useState(false)
  const add = useAction<object>({
    path: '/v1/customFields/addKey',
    done: 'The key is added',
    onSuccess: onClose,
  })
  return (
    <Dialog title="Add a key" onClose={onClose}>
      <Form
        error={add.error}
        onSubmit={(textOf) =>
          add.mutate({
            entity: textOf('entity'),
            key: textOf('key'),
            enforce_uniqueness: isUnique,
          })
        }
      >
        <SelectField
          name="entity"
          label="Of"
          choices={ENTITIES}
          defaultValue={entity === '' ? 'customer' : entity}
        />
        <TextField
          name="key"
          label="Key"
          maxLength={200}
          autoFocus
          hint="Such as crm_id. The API and exports call it so."
        />
        <CheckField
          label="Unique values required: no two of these have the same value"
          checked={isUnique}
          onChange={({ target }) => setIsUnique(target.checked)}
        />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={add.isPending}>
            Add key
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}

function RemoveKey({ asked, onClose }: { asked: FieldKey; onClose: () => void }) {
  const { entity, key } = asked
  const remove = useAction<object>({
    path: '/v1/customFields/removeKey',
    done: `${key} is removed`,
    onSuccess: onClose,
  })
  return (
    <ConfirmDialog
      title={`Remove ${key}?`}
      action="Remove key and values"
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ entity, key })}
      onClose={onClose}
    >
      <p>
        All values of <code>{key}</code> are deleted from {entityName(entity).toLowerCase()}. This
        cannot be taken back.
      </p>
    </ConfirmDialog>
  )
}
