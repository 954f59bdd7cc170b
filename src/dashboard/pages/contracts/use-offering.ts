import { useQuery } from '@tanstack/react-query'
import type { ListQuestion } from '../../api/use-pages.ts'
import { readAll } from '../../api/use-pages.ts'
import { useEnvironment } from '../../api/session.ts'
import type { Unit } from '../../format/money.ts'
import type { CreditType, Package, Product, RateCard } from '../offering/answers.ts'

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
  return useWhole<Product>('products', {
    path: '/v1/contract-pricing/products/list',
    body: { archive_filter: 'ALL' },
  })
}

export function useRateCards() {
  return useWhole<RateCard>('rate cards', {
    path: '/v1/contract-pricing/rate-cards/list',
    body: {},
  })
}

export function usePackages() {
  return useWhole<Package>('packages', { path: '/v1/packages/list', body: {} })
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
