import { useState } from 'react'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useNow } from '../../api/use-clock.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { InstantField, TextField, toInstant } from '../../components/inputs.tsx'
import { Section } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Period } from '../../components/time.tsx'
import type { RateCard } from './answers.ts'

type Alias = RateCard['aliases'][number]

interface Props {
  aliases: readonly Alias[]
  /** Where they are changed, all together, and what names their holder there. */
  path: string
  body: Record<string, unknown>
  lead: string
  isFixed?: boolean
}

/** The names by which something is found, each for some time or for good. */
export function AliasSchedule({ aliases, path, body, lead, isFixed = false }: Props) {
  const { scope } = useEnvironment()
  const now = useNow()
  const [asking, setAsking] = useState<Alias | 'new' | null>(null)
  const update = useAction<Record<string, unknown>>({
    path,
    done: 'The aliases are saved',
    onSuccess: () => setAsking(null),
  })
  const save = (next: readonly Alias[]) => update.mutate({ ...body, aliases: next })
  const mayWrite = scope === 'full' && !isFixed
  const actions = mayWrite && <Button onClick={() => setAsking('new')}>Add alias</Button>
  const edited = asking === 'new' || asking === null ? undefined : asking
  return (
    <Section title="Aliases" lead={lead} {...(actions && { actions })}>
      <Table
        label="Aliases"
        columns={columnsOf(now, mayWrite ? { edit: setAsking, remove } : null)}
        rows={aliases}
        rowKey={({ name, starting_at = '' }) => `${name} ${starting_at}`}
        empty={<p className="muted">None.</p>}
      />
      {asking === null && update.error && (
        <p className="form-error" role="alert">
          {update.error.message}
        </p>
      )}
      {asking !== null && (
        <AliasDialog
          alias={edited}
          error={update.error}
          isBusy={update.isPending}
          onClose={() => setAsking(null)}
          onSave={(alias) => {
            if (edited === undefined) save([...aliases, alias])
            else save(aliases.map((each) => (each === edited ? alias : each)))
          }}
        />
      )}
    </Section>
  )

  function remove(alias: Alias): void {
    save(aliases.filter((each) => each !== alias))
  }
}

interface Changes {
  edit: (alias: Alias) => void
  remove: (alias: Alias) => void
}

function columnsOf(now: Date | undefined, changes: Changes | null): Column<Alias>[] {
  return [
    {
      key: 'name',
      header: 'Alias',
      cell: (alias) => (
        <>
          <code>{alias.name}</code> <AliasState alias={alias} now={now} />
        </>
      ),
    },
    {
      key: 'time',
      header: 'When',
      cell: ({ starting_at, ending_before }) =>
        starting_at === undefined && ending_before === undefined ? (
          'always'
        ) : starting_at === undefined ? (
          <>
            until <Period end={ending_before} />
          </>
        ) : (
          <Period start={starting_at} end={ending_before} />
        ),
    },
    {
      key: 'changes',
      header: <span className="hidden">Changes</span>,
      align: 'right',
      cell: (alias) =>
        changes !== null && (
          <>
            <Button
              kind="quiet"
              aria-label={`Change ${alias.name}`}
              onClick={() => changes.edit(alias)}
            >
              Change
            </Button>
            <Button
              kind="quiet"
              aria-label={`Remove ${alias.name}`}
              onClick={() => changes.remove(alias)}
            >
              Remove
            </Button>
          </>
        ),
    },
  ]
}

function AliasState({ alias, now }: { alias: Alias; now: Date | undefined }) {
  const { starting_at: start, ending_before: end } = alias
  if (now === undefined) return null
  if (end !== undefined && new Date(end) <= now) return <Badge>Over</Badge>
  return start !== undefined && new Date(start) > now && <Badge tone="warn">Scheduled</Badge>
}

interface DialogProps {
  /** None: a new one. */
  alias: Alias | undefined
  error: Error | null
  isBusy: boolean
  onSave: (alias: Alias) => void
  onClose: () => void
}

function AliasDialog({ alias, error, isBusy, onSave, onClose }: DialogProps) {
  const { name = '', starting_at = '', ending_before = '' } = alias ?? {}
  return (
    <Dialog title={alias === undefined ? 'Add an alias' : `Change ${name}`} onClose={onClose}>
      <Form
        error={error}
        onSubmit={(textOf) => {
          const start = editedInstant(textOf('starting_at'), starting_at)
          const end = editedInstant(textOf('ending_before'), ending_before)
          onSave({
            name: textOf('aliases'),
            ...(start !== undefined && { starting_at: start }),
            ...(end !== undefined && { ending_before: end }),
          })
        }}
      >
        <TextField
          name="aliases"
          label="Alias"
          defaultValue={name}
          autoFocus
          hint="Whoever has it at the same time loses it from then on."
        />
        <div className="filter-row">
          <InstantField
            name="starting_at"
            label="From"
            isOptional
            hint="In UTC; empty: always."
            defaultValue={starting_at.slice(0, 16)}
          />
          <InstantField
            name="ending_before"
            label="Until"
            isOptional
            defaultValue={ending_before.slice(0, 16)}
          />
        </div>
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={isBusy}>
            Save
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}

/** An input shows minutes: what was not touched keeps its seconds. */
function editedInstant(text: string, before: string): string | undefined {
  return text !== '' && text === before.slice(0, 16) ? before : toInstant(text)
}
