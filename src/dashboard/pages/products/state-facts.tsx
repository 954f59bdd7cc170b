import { Link } from 'wouter'
import { Quantity } from '../../components/amount.tsx'
import { Badge } from '../../components/badge.tsx'
import type { Fact } from '../../components/page.tsx'
import type { Product } from '../offering/answers.ts'
import { useMetrics, useProducts } from '../offering/use-named.ts'
import { ROUNDINGS } from './names.ts'

type State = Partial<Product['current']>

export type StateFacts = (state: State) => Fact[]

/**
 * What a state, or a change, of a product says; with the names of what it refers to.
 * @param states all that will be asked about
 */
export function useStateFacts(states: readonly State[]): StateFacts {
  const metrics = useMetrics(states.flatMap((state) => state.billable_metric_id ?? []))
  const products = useProducts(states.flatMap((state) => state.composite_product_ids ?? []))
  return (state) => {
    const { billable_metric_id: metricId, composite_product_ids: ids } = state
    const metric = metrics.find(({ id }) => id === metricId)
    const links = ids?.map((id) => {
      const name = products.data?.find((each) => each.id === id)?.current.name ?? id
      return { href: `/offering/products/${id}`, name }
    })
    return [
      ...fact('Metric', metricId, (id) => (
        <Link href={`/offering/metrics/${id}`}>{metric?.name ?? id}</Link>
      )),
      ...fact('Tags', state.tags, (tags) => <Names names={tags} />),
      ...fact('Priced by', state.pricing_group_key, (names) => <Names names={names} />),
      ...fact('Shown by', state.presentation_group_key, (names) => <Names names={names} />),
      ...quantityFacts(state),
      ...fact('Share of', links, (all) => (
        <ul>
          {all.map(({ href, name }) => (
            <li key={href}>
              <Link href={href}>{name}</Link>
            </li>
          ))}
        </ul>
      )),
      ...fact('Share of tags', state.composite_tags, (tags) => <Names names={tags} />),
      ...fact('Spend of', state.composite_scope, (scope) =>
        scope === 'CUSTOMER' ? 'all contracts of the customer' : 'the contract',
      ),
      ...fact('Free usage', state.exclude_free_usage, (is) => (is ? 'left out' : 'counts')),
      ...fact('Other composites', state.include_composite_spend, (is) =>
        is ? 'count' : 'left out',
      ),
      ...fact('Refundable', state.is_refundable, (is) => (is ? 'yes' : 'no')),
      ...fact('NetSuite item', state.netsuite_internal_item_id, (id) => id),
      ...fact('NetSuite overage item', state.netsuite_overage_item_id, (id) => id),
    ]
  }
}

function quantityFacts(state: State): Fact[] {
  const { quantity_conversion: conversion, quantity_rounding: rounding } = state
  return [
    ...fact('Incurred', state.sql_breakdown_granularity, (each) =>
      each === 'HOUR' ? 'hour by hour' : 'at the end of the period',
    ),
    ...fact('Conversion', conversion, (each) =>
      each === null ? (
        'none any more'
      ) : (
        <>
          {each.operation === 'DIVIDE' ? 'divided by ' : 'multiplied by '}
          <Quantity value={each.conversion_factor} />
          {each.name !== undefined && <span className="muted"> · {each.name}</span>}
        </>
      ),
    ),
    ...fact('Rounding', rounding, (each) => {
      if (each === null) return 'none any more'
      const way = ROUNDINGS.find(({ value }) => value === each.rounding_method)?.label
      return `${way?.toLowerCase()}, to ${each.decimal_places} decimals`
    }),
  ]
}

function fact<Value>(
  label: string,
  value: Value | undefined,
  show: (value: Value) => Fact['value'],
): Fact[] {
  return value === undefined ? [] : [{ label, value: show(value) }]
}

function Names({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span className="muted">none</span>
  return (
    <span className="badges">
      {names.map((name) => (
        <Badge key={name}>{name}</Badge>
      ))}
    </span>
  )
}
