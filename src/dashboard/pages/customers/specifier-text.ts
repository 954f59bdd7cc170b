/** What usage a commit, a credit or an override is for, as far as it is shown. */
interface Specifier {
  product_id?: string | undefined
  product_tags?: string[] | undefined
  pricing_group_values?: Record<string, string> | undefined
  presentation_group_values?: Record<string, string> | undefined
}

export function specifierText(specifier: Specifier): string {
  const values = { ...specifier.pricing_group_values, ...specifier.presentation_group_values }
  const pairs = Object.entries(values).map(([name, value]) => `${name} ${value}`)
  const tags = (specifier.product_tags ?? []).map((tag) => `tag ${tag}`)
  return [...pairs, ...tags].join(', ') || 'one product'
}
