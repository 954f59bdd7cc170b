import type { Override } from './term-text.ts'

/**
 * An override as it would be asked for anew: overrides cannot be changed, so that a change of one
 * takes it away and adds what it is to be.
 */
export function toNewOverride(override: Override): Record<string, unknown> {
  const { overwrite_rate: rate, override_tiers: tiers, product, ...rest } = override
  const { id: _id, created_at: _createdAt, ...said } = rest
  return {
    ...said,
    ...(product !== undefined && { product_id: product.id }),
    ...(tiers !== undefined && { tiers }),
    ...(rate !== undefined && { overwrite_rate: toNewRate(rate) }),
  }
}

function toNewRate({ credit_type: unit, ...rate }: NonNullable<Override['overwrite_rate']>) {
  return { ...rate, ...(unit?.id !== undefined && { credit_type_id: unit.id }) }
}

/**
 * The verbs that end an override at an instant, and have another one in its place from then on.
 * @param at the instant, or null to replace it as if it had never been
 * @param next the other one; absent where there is none
 */
export function replaceOverride(
  override: Override,
  at: string | null,
  next?: Record<string, unknown>,
): Record<string, unknown> {
  const isKept = at !== null && new Date(at) > new Date(override.starting_at)
  const added = [
    ...(isKept ? [{ ...toNewOverride(override), ending_before: at }] : []),
    ...(next === undefined ? [] : [next]),
  ]
  return {
    remove_overrides: [{ id: override.id }],
    ...(added.length > 0 && { add_overrides: added }),
  }
}
