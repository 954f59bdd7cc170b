import { buildTerm } from './build-term.ts'
import { toNewOverride } from './new-override.ts'
import { OVERRIDE_FIELDS } from './override-fields.ts'
import { readFields } from './read-term.ts'
import type { Override } from './term-text.ts'
import type { TermContext, Values } from './term.ts'

/** What the form of overrides holds for one that is there. */
export function readOverride(override: Override, context: TermContext): Values {
  const source = askedFor(override, context)
  const [first = {}] = source.override_specifiers
  const unit = override.overwrite_rate?.credit_type ?? context.currency
  return {
    ...readFields(OVERRIDE_FIELDS, source, unit),
    type: override.type ?? '',
    $target: targetOf(first),
  }
}

/** Whether the form has all of an override: what it would ask for anew is what is there. */
export function canReadOverride(override: Override, context: TermContext): boolean {
  const values = readOverride(override, context)
  const built = buildTerm({ key: override.id, kind: 'override', values }, context)
  return sorted(built) === sorted(askedFor(override, context))
}

/** The override as the form would ask for it: by specifiers, in the currency if nothing is said. */
function askedFor(override: Override, { currency }: TermContext) {
  const {
    product_id: productId,
    applicable_product_tags: tags,
    override_specifiers: specifiers,
    overwrite_rate: rate,
    ...rest
  } = toNewOverride(override)
  const product = productId === undefined ? {} : { product_id: productId }
  const targets = (tags as string[] | undefined)?.map((tag) => ({
    ...product,
    product_tags: [tag],
  }))
  const given = (specifiers as Record<string, unknown>[] | undefined) ?? targets ?? [product]
  const { credit_type_id: unitId, ...price } = (rate ?? {}) as Record<string, unknown>
  return {
    ...rest,
    override_specifiers: given,
    ...(rate !== undefined && {
      overwrite_rate: { ...price, ...(unitId !== currency.id && { credit_type_id: unitId }) },
    }),
  }
}

function targetOf(specifier: Record<string, unknown>): string {
  if (specifier['product_id'] !== undefined) return 'product'
  return specifier['product_tags'] === undefined ? 'all' : 'tags'
}

/** As JSON, whatever the order of members. */
function sorted(value: unknown): string {
  return JSON.stringify(JSON.parse(JSON.stringify(value)), (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
