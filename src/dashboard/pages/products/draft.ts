import { jsonNumber } from '../../../core/json-number.ts'
import { decimalText } from '../../format/decimal-text.ts'
import type { Product } from '../offering/answers.ts'

export type ProductType = Product['type']
type State = Product['current']

/** What a form says of a product; texts are empty where nothing is said. */
export interface ProductDraft {
  name: string
  metricId: string
  tags: string[]
  pricingKey: string[]
  presentationKey: string[]
  granularity: string
  factor: string
  operation: string
  unitName: string
  rounding: string
  places: string
  compositeIds: string[]
  compositeTags: string[]
  isFreeExcluded: boolean
  isCompositeIncluded: boolean
}

export function toDraft(state: Partial<State>): ProductDraft {
  const { quantity_conversion: conversion, quantity_rounding: rounding } = state
  return {
    name: state.name ?? '',
    metricId: state.billable_metric_id ?? '',
    tags: state.tags ?? [],
    pricingKey: state.pricing_group_key ?? [],
    presentationKey: state.presentation_group_key ?? [],
    granularity: state.sql_breakdown_granularity ?? '',
    factor: conversion ? decimalText(conversion.conversion_factor) : '',
    operation: conversion?.operation ?? 'DIVIDE',
    unitName: conversion?.name ?? '',
    rounding: rounding?.rounding_method ?? '',
    places: rounding ? String(rounding.decimal_places) : '0',
    compositeIds: state.composite_product_ids ?? [],
    compositeTags: state.composite_tags ?? [],
    isFreeExcluded: state.exclude_free_usage ?? false,
    isCompositeIncluded: state.include_composite_spend ?? false,
  }
}

/** The members of a request that say a product of this type. */
export function toBody(type: ProductType, draft: ProductDraft): Record<string, unknown> {
  const common = { name: draft.name, tags: draft.tags }
  if (type === 'USAGE') return { ...common, ...usageBody(draft) }
  if (type !== 'COMPOSITE') return common
  return {
    ...common,
    composite_product_ids: draft.compositeIds,
    composite_tags: draft.compositeTags,
    exclude_free_usage: draft.isFreeExcluded,
    include_composite_spend: draft.isCompositeIncluded,
  }
}

function usageBody(draft: ProductDraft) {
  const { factor, operation, unitName, rounding, places, granularity, metricId } = draft
  return {
    ...(metricId !== '' && { billable_metric_id: metricId }),
    pricing_group_key: draft.pricingKey,
    presentation_group_key: draft.presentationKey,
    ...(granularity !== '' && { sql_breakdown_granularity: granularity }),
    quantity_conversion:
      factor === ''
        ? null
        : {
            conversion_factor: toNumber(factor),
            operation,
            ...(unitName !== '' && { name: unitName }),
          },
    quantity_rounding:
      rounding === '' ? null : { rounding_method: rounding, decimal_places: toNumber(places) },
  }
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/

/** A JSON number with all the digits that were typed; other texts are left to the server's words. */
export function toNumber(text: string): unknown {
  return NUMBER.test(text) ? jsonNumber(text) : text
}

/** Only what a form says otherwise than before: the rest stays as it is, also from then on. */
export function changesOf(
  type: ProductType,
  before: ProductDraft,
  after: ProductDraft,
): Record<string, unknown> {
  const [was, is] = [toBody(type, before), toBody(type, after)]
  const changed = Object.entries(is).filter(([name, value]) => {
    return JSON.stringify(value) !== JSON.stringify(was[name])
  })
  return Object.fromEntries(changed)
}
