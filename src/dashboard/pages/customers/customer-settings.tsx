import { useState } from 'react'
import type { Customer } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { TextAreaField, TextField } from '../../components/inputs.tsx'
import { Card, Facts, Section } from '../../components/page.tsx'
import { Time } from '../../components/time.tsx'
import { CustomFields } from '../custom-fields/custom-fields.tsx'
import { linesOf } from './aliases.ts'
import { CustomerBilling } from './customer-billing.tsx'
import { CustomerEmbeds } from './customer-embeds.tsx'

export function CustomerSettings({ customer }: { customer: Customer }) {
  const { scope } = useEnvironment()
  const mayWrite = scope === 'full' && customer.archived_at === null
  return (
    <>
      <div className="columns">
        <NameCard customer={customer} mayWrite={mayWrite} />
        <AliasesCard customer={customer} mayWrite={mayWrite} />
      </div>
      <Section title="Details">
        <Card>
          <Facts
            layout="list"
            facts={[
              { label: 'Id', value: <code>{customer.id}</code> },
              { label: 'External id', value: <code>{customer.external_id}</code> },
              { label: 'Added', value: <Time at={customer.created_at} /> },
              { label: 'Changed', value: <Time at={customer.updated_at} /> },
              {
                label: 'Salesforce account',
                value: customer.customer_config.salesforce_account_id ?? '–',
              },
            ]}
          />
        </Card>
      </Section>
      <CustomFields
        entity="customer"
        id={customer.id}
        values={customer.custom_fields}
        isFixed={!mayWrite}
      />
      <CustomerEmbeds customer={customer} />
      {mayWrite && <CustomerBilling customer={customer} />}
      {mayWrite && <ArchiveSection customer={customer} />}
    </>
  )
}

interface CardProps {
  customer: Customer
  mayWrite: boolean
}

function NameCard({ customer: { id, name }, mayWrite }: CardProps) {
  const rename = useAction<{ name: string }>({
    path: `/v1/customers/${id}/setName`,
    done: 'The name is changed',
  })
  return (
    <Card>
      <Form error={rename.error} onSubmit={(textOf) => rename.mutate({ name: textOf('name') })}>
        <TextField
          key={name}
          name="name"
          label="Name"
          defaultValue={name}
          disabled={!mayWrite}
          hint="As it is on invoices from now on."
        />
        <div className="actions">
          <Button type="submit" disabled={!mayWrite} isBusy={rename.isPending}>
            Rename
          </Button>
        </div>
      </Form>
    </Card>
  )
}

function AliasesCard({ customer: { id, ingest_aliases }, mayWrite }: CardProps) {
  const text = ingest_aliases.join('\n')
  const save = useAction<{ ingest_aliases: string[] }>({
    path: `/v1/customers/${id}/setIngestAliases`,
    done: 'The aliases are saved',
  })
  return (
    <Card>
      <Form
        error={save.error}
        onSubmit={(textOf) => save.mutate({ ingest_aliases: linesOf(textOf('ingest_aliases')) })}
      >
        <TextAreaField
          key={text}
          name="ingest_aliases"
          label="Ingest aliases"
          defaultValue={text}
          disabled={!mayWrite}
          hint="One a line. Events that were sent under an alias count for whoever holds it."
        />
        <div className="actions">
          <Button type="submit" disabled={!mayWrite} isBusy={save.isPending}>
            Save aliases
          </Button>
        </div>
      </Form>
    </Card>
  )
}

function ArchiveSection({ customer: { id, name } }: { customer: Customer }) {
  const [isAsking, setIsAsking] = useState(false)
  const archive = useAction<{ id: string }>({
    path: '/v1/customers/archive',
    done: `${name} is archived`,
    onSuccess: () => setIsAsking(false),
  })
  return (
    <Section title="Archive" lead="Ends all contracts for good and voids the invoices.">
      <div className="actions">
        <Button kind="danger" onClick={() => setIsAsking(true)}>
          Archive customer…
        </Button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={`Archive ${name}?`}
          action="Archive customer"
          isBusy={archive.isPending}
          error={archive.error}
          onConfirm={() => archive.mutate({ id })}
          onClose={() => setIsAsking(false)}
        >
          <p>This cannot be taken back:</p>
          <ul>
            <li>Its contracts are archived, and their commits and credits pay for nothing more.</li>
            <li>Its invoices become void, final ones too. Drafts are gone.</li>
            <li>It keeps its aliases: take them away first if another customer is to have them.</li>
          </ul>
        </ConfirmDialog>
      )}
    </Section>
  )
}
