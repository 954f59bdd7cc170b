import type { ProductType } from './draft.ts'

interface TypeName {
  value: ProductType
  label: string
  hint: string
}

export const USAGE: TypeName = {
  value: 'USAGE',
  label: 'Usage',
  hint: 'Bills what a metric measures.',
}

export const TYPES: readonly TypeName[] = [
  USAGE,
  { value: 'FIXED', label: 'Fixed', hint: 'For scheduled charges, commits and credits.' },
  { value: 'COMPOSITE', label: 'Composite', hint: 'A share of what other products cost.' },
  {
    value: 'SUBSCRIPTION',
    label: 'Subscription',
    hint: 'A recurring price for each seat or unit.',
  },
]

export function typeName(type: string): string {
  const known = TYPES.find(({ value }) => value === type)
  return known?.label ?? (type === 'PRO_SERVICE' ? 'Professional service' : type)
}

export const ROUNDINGS = [
  { value: '', label: 'Not rounded' },
  { value: 'ROUND_UP', label: 'Up' },
  { value: 'ROUND_DOWN', label: 'Down' },
  { value: 'ROUND_HALF_UP', label: 'To the nearest, halves up' },
]

export const OPERATIONS = [
  { value: 'DIVIDE', label: 'Divide by' },
  { value: 'MULTIPLY', label: 'Multiply by' },
]
