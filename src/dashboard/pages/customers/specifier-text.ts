/** What usage a commit, a credit or an override is for, as far as it is shown. */
interface Specifier {
  product_id?: string | undefined
  product_tags?: string[] | undefined
  pricing_group_values?: Record<string, string> | undefined
  presentation_group_values?: Record<string, string> | undefined
}

/** Its conditions, all of which have to hold. */
function specifierText(specifier: Specifier, productName: (id: string) => string): string {
  const { product_id: productId, product_tags: tags = [] } = specifier
  const values = { ...specifier.pricing_group_values, ...specifier.presentation_group_values }
  return (
    [
      ...(productId === undefined ? [] : [productName(productId)]),
      ...tags.map((tag) => `tag ${tag}`),
      ...Object.entries(values).map(([name, value]) => `${name} ${value}`),
    ].join(', ') || 'all usage'
  )
}

interface Scoped {
  applicable_product_ids?: readonly string[] | undefined
  applicable_product_tags?: readonly string[] | undefined
  specifiers?: readonly Specifier[] | undefined
}

/** What usage a commit or credit is for, any of it: nothing for all usage. */
export function scopeParts(balance: Scoped, productName: (id: string) => string): string[] {
  const { applicable_product_ids: ids = [], applicable_product_tags: tags = [] } = balance
  return [
    ...tags.map((tag) => `products tagged ${tag}`),
    ...ids.map(productName),
    ...(balance.specifiers ?? []).map((each) => specifierText(each, productName)),
  ]
}
