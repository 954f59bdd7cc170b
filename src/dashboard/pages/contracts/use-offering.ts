import { useQuery } from '@tanstack/react-query'
import type { ListQuestion } from '../../api/use-pages.ts'
import { readAll } from '../../api/use-pages.ts'
import { useEnvironment } from '../../api/session.ts'
import type { Unit } from '../../format/money.ts'

/** What choosing a product needs to know of it. */
export interface OfferedProduct {
  id: string
  type: 'USAGE' | 'SUBSCRIPTION' | 'COMPOSITE' | 'FIXED' | 'PRO_SERVICE'
  current: { name: string; tags?: string[] }
}

export interface OfferedRateCard {
  id: string
  name: string
  fiat_credit_type?: { id: string; name: string }
  credit_type_conversions?: { custom_credit_type: { id: string; name: string } }[]
}

export interface OfferedPackage {
  id: string
  name: string
  duration?: { value: number; unit: string }
}

export interface CreditType {
  id: string
  name: string
  is_currency: boolean
}

/** All of a list that people maintain by hand, which is short, and rarely changes. */
function useWhole<Row>(name: string, question: ListQuestion) {
  const { id } = useEnvironment()
  return useQuery({
    queryKey: [id, 'whole', name],
    queryFn: ({ signal }) => readAll<Row>(question, { signal }),
    staleTime: 60_000,
  })
}

/** Archived ones included: contracts go on naming them. */
export function useProducts() {
  return useWhole<OfferedProduct & { archived_at: string | null }>('products', {
    path: '/v1/contract-pricing/products/list',
    body: { archive_filter: 'ALL' },
  })
}

export function useRateCards() {
  return useWhole<OfferedRateCard>('rate cards', {
    path: '/v1/contract-pricing/rate-cards/list',
    body: {},
  })
}

export function usePackages() {
  return useWhole<OfferedPackage>('packages', { path: '/v1/packages/list', body: {} })
}

export function useCreditTypes() {
  return useWhole<CreditType>('credit types', { path: '/v1/credit-types/list' })
}

/** The names of what answers name by id only. */
export function useNames() {
  const products = useProducts()
  const units = useCreditTypes()
  return {
    productName: (id: string) =>
      products.data?.find((product) => product.id === id)?.current.name ?? `${id.slice(0, 8)}…`,
    unitOf: (id: string): Unit => units.data?.find((unit) => unit.id === id) ?? { id, name: '…' },
  }
}
