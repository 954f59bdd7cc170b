import { z } from '@hono/zod-openapi'
import { USD } from '../../core/currency.ts'
import {
  RECURRING_MAX,
  type AmountInput,
  type RecurringInput,
} from '../../core/ledger/create-recurring-balance.ts'
import type { PeriodAmount } from '../../core/ledger/recurring-balance.ts'
import type { PackageRecurring } from '../../core/packages/package-recurring.ts'
import type { PackageTerms } from '../../core/packages/package.ts'
import { Unsupported } from '../schemas.ts'
import { NewDuration, NewOffset, OffsetBody } from './offset-bodies.ts'
import {
  AmountBody,
  RecurringFields,
  TemplateLinkBody,
  toApiAmount,
  toApiLink,
  toApiRecurringFields,
} from './recurring-answers.ts'
import { fromApiUndated, UndatedCommit, UndatedCredit } from './recurring-bodies.ts'

/** A package knows of no contracts that could be below those that are made from it. */
const OfPackage = {
  hierarchy_configuration: Unsupported,
  starting_at_offset: NewOffset.openapi({ description: "From the contract's start." }),
  duration: NewDuration.optional().openapi({ description: 'From its own start.' }),
}

const NewCommit = z.object({ ...UndatedCommit, ...OfPackage })
const NewCredit = z.object({ ...UndatedCredit, ...OfPackage })

/** Recurring commits and credits as packages take them (pricing 12). */
export const NewPackageRecurring = {
  recurring_commits: z.array(NewCommit).max(RECURRING_MAX).optional(),
  recurring_credits: z.array(NewCredit).max(RECURRING_MAX).optional(),
}

const CreditBody = z
  .object({
    ...RecurringFields,
    starting_at_offset: OffsetBody,
    duration: OffsetBody.optional(),
    subscription_config: TemplateLinkBody.optional(),
  })
  .openapi('PackageRecurringCredit')

const CommitBody = CreditBody.extend({ invoice_amount: AmountBody.optional() }).openapi(
  'PackageRecurringCommit',
)

/** Recurring commits and credits of a package, as they are answered. */
export const PackageRecurringBodies = {
  recurring_commits: z.array(CommitBody).optional(),
  recurring_credits: z.array(CreditBody).optional(),
}

export function fromApiPackageRecurring(
  { recurring_commits, recurring_credits }: z.output<z.ZodObject<typeof NewPackageRecurring>>,
  newId: () => string,
): PackageRecurring[] | undefined {
  if (recurring_commits === undefined && recurring_credits === undefined) return undefined
  const read = (
    body: z.output<typeof NewCommit> | z.output<typeof NewCredit>,
    type: RecurringInput['type'],
  ): PackageRecurring => {
    const { path: _, ...undated } = fromApiUndated(
      newId(),
      { ...body, hierarchy_configuration: undefined },
      type,
      '',
    )
    return { ...undated, startingAtOffset: body.starting_at_offset, duration: body.duration }
  }
  return [
    ...(recurring_commits ?? []).map((body) => read(body, 'PREPAID')),
    ...(recurring_credits ?? []).map((body) => read(body, 'CREDIT')),
  ]
}

export function toApiPackageRecurring(
  { recurringBalances, subscriptions = [] }: PackageTerms,
  productNames: ReadonlyMap<string, string>,
): {
  [Member in keyof typeof PackageRecurringBodies]?: z.input<(typeof PackageRecurringBodies)[Member]>
} {
  if (recurringBalances === undefined) return {}
  const idOf = new Map(subscriptions.map(({ id, temporaryId }) => [temporaryId, id]))
  const show = (recurring: PackageRecurring): z.input<typeof CommitBody> => {
    const { invoiceAmount, subscription } = recurring
    return {
      ...toApiRecurringFields(filledIn(recurring), productNames),
      invoice_amount: invoiceAmount && toApiAmount(amountOf(invoiceAmount)),
      starting_at_offset: recurring.startingAtOffset,
      duration: recurring.duration,
      subscription_config: subscription && {
        subscription_template_id: idOf.get(subscription.name) ?? subscription.name,
        ...toApiLink({ ...subscription, allocation: subscription.allocation ?? 'POOLED' }),
      },
    }
  }
  const ofType = (type: RecurringInput['type']) =>
    recurringBalances.filter((recurring) => recurring.type === type).map(show)
  return { recurring_commits: ofType('PREPAID'), recurring_credits: ofType('CREDIT') }
}

/** With what contracts of the package have where the package says nothing. */
function filledIn(recurring: PackageRecurring) {
  const { applicableProductIds, applicableProductTags, specifiers } = recurring
  return {
    ...recurring,
    rateType: recurring.rateType ?? ('LIST_RATE' as const),
    accessAmount: amountOf(recurring.accessAmount),
    recurrenceFrequency: recurring.recurrenceFrequency ?? null,
    proration: recurring.proration ?? ('FIRST_AND_LAST' as const),
    applicability: {
      productIds: applicableProductIds,
      productTags: applicableProductTags,
      specifiers,
    },
    rolloverFraction: recurring.rolloverFraction ?? null,
  }
}

function amountOf({ unitPrice, quantity, creditTypeId = USD.id }: AmountInput): PeriodAmount {
  return { unitPrice, quantity: quantity ?? null, creditTypeId }
}
