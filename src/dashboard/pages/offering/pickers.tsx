import type { Metric } from '../../api/answers.ts'
import { get, post } from '../../api/request.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { PickerField, type PickerChoice } from '../../components/picker-field.tsx'
import type { Product, RateCard } from './answers.ts'

interface Props {
  name: string
  label: string
  hint?: string
  isOptional?: boolean
  value: string
  onChange: (id: string) => void
}

const FOUND_MAX = 20

/** The types of products that rate cards price. */
export const PRICED_TYPES = ['USAGE', 'SUBSCRIPTION', 'COMPOSITE'] as const

/** Chooses a product that is not archived, of some types. */
export function ProductPicker({ types, ...field }: Props & { types: readonly Product['type'][] }) {
  const chosen = useProduct(field.value)
  const find = async (search: string): Promise<PickerChoice[]> => {
    const path = '/v1/contract-pricing/products/list'
    const { data } = await post<{ data: Product[] }>(path, { search, types }, { limit: FOUND_MAX })
    return data.map(({ id, current }) => ({
      value: id,
      label: current.name,
      detail: current.tags?.join(', ') || undefined,
    }))
  }
  const kind = `products ${types.join(' ')}`
  return <PickerField {...field} kind={kind} find={find} valueText={chosen?.current.name ?? ''} />
}

/** A product by its id; undefined while it is read, and for no id. */
export function useProduct(id: string): Product | undefined {
  const path = '/v1/contract-pricing/products/get'
  return useAnswer<Product>({ path, body: { id }, enabled: id !== '' }).data
}

/** Chooses a metric that is not archived. */
export function MetricPicker(field: Props) {
  const chosen = useMetric(field.value)
  const find = async (search: string, signal: AbortSignal): Promise<PickerChoice[]> => {
    const query = { search, limit: FOUND_MAX }
    const { data } = await get<{ data: Metric[] }>('/v1/billable-metrics', query, signal)
    return data.map(({ id, name, sql }) => ({
      value: id,
      label: name,
      detail: sql === undefined ? undefined : 'SQL',
    }))
  }
  return <PickerField {...field} kind="metrics" find={find} valueText={chosen?.name ?? ''} />
}

export function useMetric(id: string): Metric | undefined {
  return useAnswer<Metric>({ path: `/v1/billable-metrics/${id}`, enabled: id !== '' }).data
}

/** Chooses a rate card. */
export function RateCardPicker(field: Props) {
  const chosen = useRateCard(field.value)
  const find = async (search: string): Promise<PickerChoice[]> => {
    const path = '/v1/contract-pricing/rate-cards/list'
    const { data } = await post<{ data: RateCard[] }>(path, { search }, { limit: FOUND_MAX })
    return data.map(({ id, name, aliases }) => ({
      value: id,
      label: name,
      detail: aliases[0]?.name,
    }))
  }
  return <PickerField {...field} kind="rate cards" find={find} valueText={chosen?.name ?? ''} />
}

export function useRateCard(id: string): RateCard | undefined {
  const path = '/v1/contract-pricing/rate-cards/get'
  return useAnswer<RateCard>({ path, body: { id }, enabled: id !== '' }).data
}

/** The card that holds an alias at some time; undefined while it is looked for, and for none. */
export function useCardOfAlias(alias: string): RateCard | undefined {
  const path = '/v1/contract-pricing/rate-cards/list'
  const found = useAnswer<RateCard[]>({ path, body: { search: alias }, enabled: alias !== '' })
  return found.data?.find(({ aliases }) => aliases.some(({ name }) => name === alias))
}
