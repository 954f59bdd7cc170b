import type { Environment } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useSettings } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { CopyableId } from '../../components/copy-button.tsx'
import { Form } from '../../components/form.tsx'
import { RadioField, TextField } from '../../components/inputs.tsx'
import { Card, Facts, Page, Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { SellerForm } from './seller-form.tsx'

/** Settings of the environment, with what is in force where nothing was set. */
export default function EnvironmentPage() {
  const settings = useSettings()
  const { scope, token_name: tokenName } = useEnvironment()
  return (
    <Page title="Environment" lead="Settings that hold for all customers here.">
      <Answered query={settings}>
        {(environment) => (
          <>
            <Facts
              facts={[
                { label: 'Name', value: environment.name },
                {
                  label: 'Kind',
                  value: environment.kind === 'SANDBOX' ? 'Sandbox' : 'Production',
                },
                { label: 'Clock', value: <Time at={environment.now} isDay={false} /> },
                { label: 'Signed in by', value: tokenName },
                { label: 'Id', value: <CopyableId id={environment.id} isShort /> },
              ]}
            />
            <div className="columns">
              <Section title="Billing and events">
                <Card>
                  <SettingsForm settings={environment.settings} mayWrite={scope === 'full'} />
                </Card>
              </Section>
              <Section title="Printed on invoices">
                <Card>
                  <SellerForm seller={environment.settings.seller} mayWrite={scope === 'full'} />
                </Card>
              </Section>
            </div>
          </>
        )}
      </Answered>
    </Page>
  )
}

interface FormProps {
  settings: Environment['settings']
  mayWrite: boolean
}

type SettingsChange = Record<string, number | boolean | null>

const STRICTNESS = [
  { value: 'each', label: 'Accept the others', hint: 'The invalid one waits in quarantine.' },
  { value: 'all', label: 'Refuse the batch', hint: 'Nothing of it is accepted.' },
]

function SettingsForm({ settings, mayWrite }: FormProps) {
  const save = useAction<SettingsChange>({
    path: '/v1/environment/settings',
    done: 'The settings are saved',
  })
  const { strict_ingest: isStrict, ...numbers } = settings
  return (
    <Form
      key={JSON.stringify(settings)}
      error={save.error}
      onSubmit={(textOf) =>
        save.mutate({
          strict_ingest: textOf('strict_ingest') === 'all',
          grace_hours: toNumber(textOf('grace_hours')),
          backdating_max_hours: toNumber(textOf('backdating_max_hours')),
          future_max_minutes: toNumber(textOf('future_max_minutes')),
          ingest_events_per_second: toNumber(textOf('ingest_events_per_second')),
          searches_per_second: toNumber(textOf('searches_per_second')),
        })
      }
    >
      {NUMBERS.map(({ name, label, hint }) => (
        <TextField
          key={name}
          name={name}
          label={label}
          hint={hint}
          inputMode="numeric"
          disabled={!mayWrite}
          defaultValue={String(numbers[name] ?? '')}
        />
      ))}
      <RadioField
        name="strict_ingest"
        legend="When one event of a batch is invalid"
        choices={STRICTNESS}
        defaultValue={isStrict ? 'all' : 'each'}
      />
      <div className="actions">
        <Button type="submit" kind="primary" disabled={!mayWrite} isBusy={save.isPending}>
          Save settings
        </Button>
      </div>
    </Form>
  )
}

const NUMBERS = [
  {
    name: 'grace_hours',
    label: 'Grace, in hours',
    hint: 'From the end of a period until its invoice is final.',
  },
  {
    name: 'backdating_max_hours',
    label: 'Oldest events, in hours',
    hint: 'How long ago an event may have happened when it is sent.',
  },
  {
    name: 'future_max_minutes',
    label: 'Newest events, in minutes ahead',
    hint: 'Clocks differ: so far an event may lie in the future.',
  },
  {
    name: 'ingest_events_per_second',
    label: 'Events a second',
    hint: 'More than that are asked to come later. Empty: no limit.',
  },
  {
    name: 'searches_per_second',
    label: 'Searches a second',
    hint: 'Of each kind. Empty: the default.',
  },
] as const

/** An empty field sets the default again; what is no number is left to the server to refuse. */
function toNumber(text: string): number | null {
  return text === '' ? null : Number(text)
}
