import { useQuery } from '@tanstack/react-query'
import type { FoundEvent } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useNow } from '../../api/use-clock.ts'
import { readPage } from '../../api/use-pages.ts'
import { SelectField, TextField } from '../../components/inputs.tsx'
import { Segments } from '../../components/tabs.tsx'
import { TokensField } from '../../components/tokens-field.tsx'
import { impliedProperties, type Aggregation, type MetricDraft } from './draft.ts'
import { GroupKeysField } from './group-keys-field.tsx'
import { PropertyFilters } from './property-filters.tsx'

const AGGREGATIONS: { value: Aggregation; label: string }[] = [
  { value: 'COUNT', label: 'Number of events' },
  { value: 'SUM', label: 'Sum of a property' },
  { value: 'MAX', label: 'Greatest value of a property' },
  { value: 'LATEST', label: 'Latest value of a property' },
  { value: 'UNIQUE', label: 'Number of different values of a property' },
]

const MODES = [
  { value: 'in', label: 'These' },
  { value: 'not_in', label: 'All but these' },
] as const

interface Props {
  draft: MetricDraft
  onChange: (draft: MetricDraft) => void
}

/** Puts a streaming metric together: which events count, what of them, and by what it splits. */
export function StreamingBuilder({ draft, onChange }: Props) {
  const seen = useSeenEvents(draft)
  const set = (part: Partial<MetricDraft>) => onChange({ ...draft, ...part })
  const implied = impliedProperties(draft)
  return (
    <>
      <fieldset className="part">
        <legend>Which events</legend>
        <Segments
          label="Event types that count"
          value={draft.eventTypeMode}
          choices={MODES}
          onChange={(eventTypeMode) => set({ eventTypeMode })}
        />
        <TokensField
          name="event_type_filter"
          label="Event types"
          isOptional
          hint="None means all. Enter or a comma ends one."
          values={draft.eventTypes}
          onChange={(eventTypes) => set({ eventTypes })}
          suggestions={seen.types}
        />
        <PropertyFilters
          filters={draft.filters}
          onChange={(filters) => set({ filters })}
          properties={seen.properties}
          valuesOf={seen.valuesOf}
        />
      </fieldset>
      <Counted draft={draft} set={set} />
      <fieldset className="part">
        <legend>By what usage can be split</legend>
        <GroupKeysField
          keys={draft.groupKeys}
          onChange={(groupKeys) => set({ groupKeys })}
          suggestions={seen.properties}
        />
      </fieldset>
      {implied.length > 0 && (
        <p className="callout">
          Events without <code>{implied.join(', ')}</code> will not count: what is aggregated or
          split by has to be there.
        </p>
      )}
      <datalist id="seen-properties">
        {seen.properties.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}

interface CountedProps {
  draft: MetricDraft
  set: (part: Partial<MetricDraft>) => void
}

function Counted({ draft, set }: CountedProps) {
  return (
    <fieldset className="part">
      <legend>What is counted</legend>
      <SelectField
        name="aggregation_type"
        label="Aggregation"
        choices={AGGREGATIONS}
        value={draft.aggregation}
        onChange={(value) => set({ aggregation: value as Aggregation })}
      />
      {draft.aggregation !== 'COUNT' && (
        <TextField
          name="aggregation_key"
          label="Property"
          value={draft.aggregationKey}
          list="seen-properties"
          onChange={({ target }) => set({ aggregationKey: target.value.trim() })}
        />
      )}
    </fieldset>
  )
}

const SEEN_MAX = 100
const RECENT_MS = 7 * 86_400_000

/** What some recent events look like, for suggestions. */
function useSeenEvents({ eventTypes, eventTypeMode }: MetricDraft) {
  const { id } = useEnvironment()
  const now = useNow()
  const types = eventTypeMode === 'in' && eventTypes.length > 0 ? eventTypes : undefined
  const read = (event_types: string[] | undefined) => ({
    queryKey: [id, 'seen events', event_types],
    queryFn: ({ signal }: { signal: AbortSignal }) => {
      const starting_on = new Date((now?.getTime() ?? 0) - RECENT_MS).toISOString()
      const body = { starting_on, event_types }
      return readPage<FoundEvent>(
        { path: '/v1/events/search', body, limit: SEEN_MAX },
        null,
        signal,
      )
    },
    enabled: now !== undefined,
    staleTime: 60_000,
  })
  const all = useQuery(read(undefined)).data?.data ?? []
  const fitting = useQuery(read(types)).data?.data ?? []
  return {
    types: [...new Set(all.map(({ event_type }) => event_type))].sort(),
    properties: [...new Set(fitting.flatMap((each) => Object.keys(each.properties ?? {})))].sort(),
    valuesOf: (name: string) => [
      ...new Set(fitting.flatMap(({ properties }) => textOf(properties?.[name]))),
    ],
  }
}

function textOf(value: unknown): string[] {
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
}
