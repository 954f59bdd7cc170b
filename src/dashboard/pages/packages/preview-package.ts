import { parseJson } from '../../../core/json-number.ts'
import type { TermContext } from '../contracts/term.ts'
import type { Package } from '../offering/answers.ts'

type Members = Record<string, unknown>

/** What a request would make, in the form in which the API answers it, so far as it is shown. */
export function previewPackage(body: Members, context: TermContext): Package {
  const asked = parseJson(JSON.stringify(body)) as Members
  const all = (member: string, make: (term: Members, context: TermContext) => Members) =>
    listOf(asked[member]).map((term, i) => ({ ...make(term, context), id: `${member} ${i}` }))
  return {
    ...asked,
    id: 'new',
    aliases: [],
    commits: all('commits', balance),
    credits: all('credits', (term) => ({ ...balance(term, context), type: 'CREDIT' })),
    recurring_commits: all('recurring_commits', recurring),
    recurring_credits: all('recurring_credits', recurring),
    subscriptions: all('subscriptions', subscription),
    scheduled_charges: all('scheduled_charges', (term) => ({
      ...term,
      product: productOf(term['product_id'], context),
      schedule: schedule(term['schedule'], context),
    })),
    overrides: all('overrides', override),
    ...threshold('spend_threshold_configuration', asked),
    ...threshold('prepaid_balance_threshold_configuration', asked),
  } as unknown as Package
}

function productOf(id: unknown, { products }: TermContext) {
  return { id, name: products.find((product) => product.id === id)?.current.name ?? '…' }
}

function unitOf(id: unknown, { units, currency }: TermContext) {
  const isCurrency = id === undefined || id === currency.id
  return isCurrency ? currency : (units.find((unit) => unit.id === id) ?? { id, name: '…' })
}

function schedule(given: unknown, context: TermContext): Members {
  const { credit_type_id, schedule_items, ...rest } = objectOf(given)
  return {
    ...rest,
    credit_type: unitOf(credit_type_id, context),
    schedule_items: listOf(schedule_items).map((item, i) => ({ ...withNumbers(item), id: `${i}` })),
  }
}

function balance(term: Members, context: TermContext): Members {
  const { product_id, access_schedule, invoice_schedule, ...rest } = term
  return {
    ...rest,
    product: productOf(product_id, context),
    access_schedule: schedule(access_schedule, context),
    ...(invoice_schedule !== undefined && {
      invoice_schedule: schedule(invoice_schedule, context),
    }),
  }
}

function recurring(term: Members, context: TermContext): Members {
  const amount = withNumbers(objectOf(term['access_amount']))
  return {
    ...term,
    product: productOf(term['product_id'], context),
    access_amount: { credit_type_id: context.currency.id, ...amount },
    commit_duration: { value: 1, unit: 'PERIODS', ...objectOf(term['commit_duration']) },
  }
}

function subscription(term: Members, context: TermContext): Members {
  const rate = objectOf(term['subscription_rate'])
  const product = productOf(rate['product_id'], context)
  return { ...term, subscription_rate: { ...rate, product } }
}

function override(term: Members, context: TermContext): Members {
  const shown = { override_specifiers: [], ...term }
  const { overwrite_rate: rate } = term
  if (rate === undefined) return shown
  const credit_type = unitOf(objectOf(rate)['credit_type_id'], context)
  return { ...shown, overwrite_rate: { ...withNumbers(objectOf(rate)), credit_type } }
}

function threshold(member: string, asked: Members): Members {
  if (asked[member] === undefined) return {}
  const { threshold_amount, recharge_to_amount, commit, ...rest } = objectOf(asked[member])
  return {
    [member]: {
      ...rest,
      commit: { product_id: '', ...objectOf(commit) },
      threshold_amount: numberOf(threshold_amount),
      recharge_to_amount: numberOf(recharge_to_amount),
    },
  }
}

/** Amounts that are still missing, or are no numbers, count as none. */
function withNumbers(given: Members): Members {
  const shown: Members = { ...given }
  for (const name of ['amount', 'unit_price']) shown[name] = numberOf(given[name])
  if ('price' in given) shown['price'] = numberOf(given['price'])
  return shown
}

function numberOf(value: unknown): unknown {
  return value === undefined || typeof value === 'string' ? 0 : value
}

function objectOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {}
}

function listOf(value: unknown): Members[] {
  return Array.isArray(value) ? value.map(objectOf) : []
}
