import { z } from '@hono/zod-openapi'
import { editContract } from '../../actions/edit-contract.ts'
import type { BillingTerms } from '../../core/contracts/billing-period.ts'
import type { ContractEdit } from '../../core/contracts/contract-edit.ts'
import type { EditFields, EditInput } from '../../core/contracts/edit-contract.ts'
import type { Result } from '../../core/result.ts'
import { loadHistories } from '../../db/contract-edits.ts'
import { findContract } from '../../db/contracts.ts'
import type { AppContext } from '../context.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import {
  dataOf,
  CustomFields,
  HourTimestamp,
  Id,
  IdData,
  json,
  jsonBody,
  TimestampText,
  toApiTimestamp,
  Unsupported,
} from '../schemas.ts'
import { fromApiBalances, NewCommits, NewCredits } from './commit-bodies.ts'
import { CommitEditBodies, toApiCommitEdit } from './commit-edit-answers.ts'
import { CommitVerbs, fromApiCommitVerbs } from './commit-edit-bodies.ts'
import { FilterV2, toApiFilter, type AnswerContext } from './contract-answers.ts'
import { NetPaymentTermsDays, UniquenessKey, UsageFilterMembers } from './contract-bodies.ts'
import { answerContext, noContract } from './contracts.ts'
import {
  FixedTermEditBodies,
  FixedTermVerbs,
  fromApiFixedTerms,
  fromApiFixedTermVerbs,
  NewFixedTerms,
  toApiFixedTermEdit,
} from './fixed-terms-bodies.ts'
import { fromApiOverride, NewOverrides, OverrideBody, toApiOverride } from './override-bodies.ts'
import {
  fromApiScheduledChargeVerbs,
  ScheduledChargeEditBodies,
  ScheduledChargeVerbs,
  toApiScheduledChargeEdit,
} from './scheduled-charge-bodies.ts'
import { RecurringEditBodies, toApiRecurringEdit } from './recurring-answers.ts'
import { fromApiRecurringVerbs, RecurringVerbs } from './recurring-bodies.ts'
import {
  SubscriptionBody,
  SubscriptionUpdateBody,
  toApiSubscription,
  toApiSubscriptionUpdate,
} from './subscription-answers.ts'
import {
  fromApiSubscription,
  fromApiSubscriptionUpdate,
  NewSubscriptions,
  SubscriptionUpdates,
} from './subscription-bodies.ts'
import { ThresholdEditBodies, toApiThresholdEdit } from './threshold-answers.ts'
import { fromApiThresholdVerbs, ThresholdVerbs } from './threshold-bodies.ts'

const tags = ['Contracts']

const Reference = { customer_id: Id, contract_id: Id }

/** Verbs of both editions of the API that are not served yet. */
const UNSERVED_VERBS = [
  'add_billing_provider_configuration_update',
  'add_revenue_system_configuration_update',
] as const

const UnservedVerbs = Object.fromEntries(
  UNSERVED_VERBS.map((verb) => [verb, Unsupported]),
) as Record<(typeof UNSERVED_VERBS)[number], typeof Unsupported>

// A verb that nobody knows would be left out silently, so it is refused.
const EditBody = z
  .strictObject({
    ...Reference,
    uniqueness_key: UniquenessKey.optional(),
    add_overrides: NewOverrides.optional(),
    remove_overrides: z
      .array(z.object({ id: Id }))
      .max(1_000)
      .optional(),
    add_subscriptions: NewSubscriptions.optional(),
    update_subscriptions: SubscriptionUpdates.optional(),
    update_contract_name: z.string().nullable().optional(),
    update_contract_end_date: HourTimestamp.nullable().optional().openapi({
      description: 'Null: the contract has no end.',
    }),
    update_net_payment_terms_days: NetPaymentTermsDays.nullable().optional(),
    allow_contract_ending_before_finalized_invoice: z.boolean().optional().openapi({
      description: 'True if omitted. Finalized invoices stay as they are.',
    }),
    ...CommitVerbs,
    ...FixedTermVerbs,
    ...ScheduledChargeVerbs,
    ...RecurringVerbs,
    ...ThresholdVerbs,
    ...UnservedVerbs,
  })
  .openapi('ContractChanges')

export const EditAnswer = z
  .object({
    id: Id,
    timestamp: TimestampText,
    uniqueness_key: z.string().optional(),
    add_overrides: z.array(OverrideBody).optional(),
    remove_overrides: z.array(z.object({ id: Id })).optional(),
    add_usage_filters: z.array(FilterV2).optional(),
    add_subscriptions: z.array(SubscriptionBody).optional(),
    update_subscriptions: z.array(SubscriptionUpdateBody).optional(),
    ...CommitEditBodies,
    ...FixedTermEditBodies,
    ...ScheduledChargeEditBodies,
    ...RecurringEditBodies,
    ...ThresholdEditBodies,
    update_contract_name: z.string().nullable().optional(),
    update_contract_end_date: TimestampText.nullable().optional(),
    update_net_payment_terms_days: z.number().nullable().optional(),
  })
  .openapi('ContractEdit')

const editContractRoute = apiRoute({
  method: 'post',
  path: '/v2/contracts/edit',
  access: 'write',
  operationId: 'editContract',
  tags,
  summary: 'Edit a contract, all of it or nothing: drafts follow, finalized invoices stay',
  request: { body: jsonBody(EditBody) },
  responses: { 200: json(dataOf(z.object({ id: Id, edit: EditAnswer })), 'The edit') },
})

const getEditHistoryRoute = apiRoute({
  method: 'post',
  path: '/v2/contracts/getEditHistory',
  access: 'read',
  operationId: 'getContractEditHistory',
  tags,
  summary: 'All edits of a contract, oldest first',
  request: { body: jsonBody(z.object(Reference)) },
  responses: { 200: json(dataOf(z.array(EditAnswer)), 'The edits') },
})

const amendContractRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/amend',
  access: 'write',
  operationId: 'amendContract',
  tags,
  summary: 'Add to the terms of a contract (the older way of editing it)',
  request: {
    body: jsonBody(
      z.object({
        ...Reference,
        starting_at: HourTimestamp,
        overrides: NewOverrides.optional(),
        netsuite_sales_order_id: z.string().optional(),
        salesforce_opportunity_id: z.string().optional(),
        custom_fields: CustomFields.optional(),
        commits: NewCommits.optional(),
        credits: NewCredits.optional(),
        ...NewFixedTerms,
        total_contract_value: Unsupported,
      }),
    ),
  },
  responses: { 200: json(IdData, 'The amendment') },
})

const updateEndDateRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/updateEndDate',
  access: 'write',
  operationId: 'updateContractEndDate',
  tags,
  summary: 'Move the end of a contract, or take it away',
  request: {
    body: jsonBody(
      z.object({
        ...Reference,
        ending_before: HourTimestamp.nullable().optional().openapi({
          description: 'The contract has no end if omitted.',
        }),
        allow_ending_before_finalized_invoice: z.boolean().optional().openapi({
          description: 'True if omitted. Finalized invoices stay as they are.',
        }),
      }),
    ),
  },
  responses: { 200: json(IdData, 'The contract') },
})

const setUsageFilterRoute = apiRoute({
  method: 'post',
  path: '/v1/contracts/setUsageFilter',
  access: 'write',
  operationId: 'setUsageFilter',
  tags,
  summary: 'Bill a contract only for usage with certain values of a property, from an instant on',
  request: {
    body: jsonBody(z.object({ ...Reference, ...UsageFilterMembers, starting_at: HourTimestamp })),
  },
  responses: { 200: { description: 'Done' } },
})

export function contractEditRoutes(app: App): void {
  app.openapi(editContractRoute, async (c) => {
    const body = c.req.valid('json')
    const { newId } = c.var
    const id = newId()
    const edited = await edit(c, body, EDIT_FIELDS, { id, ...fromApiVerbs(body, newId) })
    if (!edited.ok) return fail(c, edited.error)
    const answers = await answerEdits(c, body, [edited.value])
    if (answers === null) return fail(c, noContract(body.contract_id))
    return c.json({ data: { id, edit: answers[0]! } }, 200)
  })

  app.openapi(getEditHistoryRoute, async (c) => {
    const { db, environment } = c.var
    const body = c.req.valid('json')
    const histories = await loadHistories(db, environment.id, [body.contract_id])
    const edits = histories.get(body.contract_id)?.edits ?? []
    // What was invoiced of professional services changed no terms.
    const shown = edits.filter((made) => made.changes.addProfessionalServiceCharges === undefined)
    const answers = await answerEdits(c, body, shown)
    if (answers === null) return fail(c, noContract(body.contract_id))
    return c.json({ data: answers }, 200)
  })

  app.openapi(amendContractRoute, async (c) => {
    const { newId } = c.var
    const body = c.req.valid('json')
    const id = newId()
    const amended = await edit(c, body, AMENDMENT_FIELDS, {
      id,
      addOverrides: body.overrides?.map((override) => fromApiOverride(newId(), override)),
      addTerms: fromApiFixedTerms(body, newId),
      addBalances: fromApiBalances(newId, body.commits, body.credits),
      customFields: body.custom_fields,
      amendment: {
        startingAt: body.starting_at,
        netsuiteSalesOrderId: body.netsuite_sales_order_id,
        salesforceOpportunityId: body.salesforce_opportunity_id,
      },
    })
    if (!amended.ok) return fail(c, amended.error)
    return c.json({ data: { id } }, 200)
  })

  app.openapi(updateEndDateRoute, async (c) => {
    const body = c.req.valid('json')
    const edited = await edit(c, body, AMENDMENT_FIELDS, {
      id: c.var.newId(),
      endingBefore: body.ending_before ?? null,
      mayCutInvoices: body.allow_ending_before_finalized_invoice,
    })
    if (!edited.ok) return fail(c, edited.error)
    return c.json({ data: { id: body.contract_id } }, 200)
  })

  app.openapi(setUsageFilterRoute, async (c) => {
    const body = c.req.valid('json')
    const edited = await edit(c, body, AMENDMENT_FIELDS, {
      id: c.var.newId(),
      setUsageFilter: {
        groupKey: body.group_key,
        groupValues: body.group_values,
        startingAt: body.starting_at,
      },
    })
    return edited.ok ? c.body(null, 200) : fail(c, edited.error)
  })
}

const EDIT_FIELDS: EditFields = {
  overrides: 'add_overrides',
  prefix: 'add_',
  endingBefore: 'update_contract_end_date',
}
const AMENDMENT_FIELDS: EditFields = {
  overrides: 'overrides',
  prefix: '',
  endingBefore: 'ending_before',
}

/** What an edit does; a member for each verb. */
type Changes = Omit<EditInput, 'id' | 'customerId' | 'contractId' | 'createdBy' | 'fields'>

/** @param newId makes ids for what the edit adds */
function fromApiVerbs(body: z.output<typeof EditBody>, newId: () => string): Changes {
  return {
    uniquenessKey: body.uniqueness_key,
    addOverrides: body.add_overrides?.map((override) => fromApiOverride(newId(), override)),
    removeOverrides: body.remove_overrides?.map((override) => override.id),
    addSubscriptions: body.add_subscriptions?.map((term) => fromApiSubscription(newId(), term)),
    updateSubscriptions: body.update_subscriptions?.map(fromApiSubscriptionUpdate),
    addTerms: fromApiFixedTermVerbs(body, newId),
    ...fromApiScheduledChargeVerbs(body),
    name: body.update_contract_name,
    endingBefore: body.update_contract_end_date,
    netPaymentTermsDays: body.update_net_payment_terms_days,
    mayCutInvoices: body.allow_contract_ending_before_finalized_invoice,
    ...fromApiRecurringVerbs(body, newId),
    thresholds: fromApiThresholdVerbs(body),
    ...fromApiCommitVerbs(body, newId),
  }
}

function edit(
  c: AppContext,
  { customer_id, contract_id }: { customer_id: string; contract_id: string },
  fields: EditFields,
  changes: Changes & { id: string },
): Promise<Result<ContractEdit>> {
  const { environment, principal, now } = c.var
  const createdBy = principal.tokenName
  const reference = { customerId: customer_id, contractId: contract_id }
  return editContract(c.env, environment, { ...changes, ...reference, fields, createdBy }, now)
}

/** The answers for some edits of a contract; null when the customer has no such contract. */
async function answerEdits(
  c: AppContext,
  { customer_id, contract_id }: { customer_id: string; contract_id: string },
  edits: ContractEdit[],
): Promise<z.input<typeof EditAnswer>[] | null> {
  const { db, environment } = c.var
  const contract = await findContract(db, environment.id, customer_id, contract_id)
  if (contract === null) return null
  const context = await answerContext(c, [], edits)
  return edits.map((made) => toApiEdit(made, contract, context))
}

function toApiEdit(
  { id, contractId, createdAt, uniquenessKey, changes }: ContractEdit,
  contract: BillingTerms,
  context: AnswerContext,
): z.input<typeof EditAnswer> {
  const { endingBefore } = changes
  return {
    id,
    timestamp: toApiTimestamp(createdAt),
    uniqueness_key: uniquenessKey ?? undefined,
    add_overrides: changes.addOverrides?.map((override) => toApiOverride(override, context)),
    remove_overrides: changes.removeOverrides?.map((removed) => ({ id: removed })),
    add_usage_filters: changes.addUsageFilters?.map((filter) => toApiFilter(filter)),
    add_subscriptions: changes.addSubscriptions?.map((subscription) =>
      toApiSubscription(subscription, { ...context, contract }),
    ),
    update_subscriptions: changes.updateSubscriptions?.map(toApiSubscriptionUpdate),
    update_contract_name: changes.name,
    update_contract_end_date:
      typeof endingBefore === 'number' ? toApiTimestamp(endingBefore) : endingBefore,
    update_net_payment_terms_days: changes.netPaymentTermsDays,
    ...toApiCommitEdit(changes, context),
    ...toApiFixedTermEdit(changes.addTerms, context),
    ...toApiScheduledChargeEdit(changes.changeScheduledCharges),
    ...toApiRecurringEdit(changes, { ...context, contractId }),
    ...toApiThresholdEdit(changes),
  }
}
