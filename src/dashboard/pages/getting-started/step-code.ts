import { Expression, sdkCall } from './sdk-call.ts'
import type { Progress } from './tour-progress.ts'
import { BODIES, dayStart, finalAt } from './tour.ts'

/**
 * Each step by `@metronome/sdk`, by its key. Ids that are not there yet are those of the answers
 * before, so that all of it together is a script.
 */
export const STEP_CODE: Record<string, (progress: Progress) => string> = {
  metric: () => sdkCall('metric', 'v1.billableMetrics.create', BODIES.metric()),
  product: ({ metricId = idOf('metric') }) =>
    sdkCall('product', 'v1.contracts.products.create', BODIES.product(metricId)),
  'rate-card': ({ productId = idOf('product'), now }) =>
    [
      sdkCall('card', 'v1.contracts.rateCards.create', BODIES.card()),
      sdkCall(
        null,
        'v1.contracts.rateCards.rates.addMany',
        BODIES.rates(idOf('card'), productId, dayStart(now)),
      ),
    ].join('\n\n'),
  customer: () => sdkCall('customer', 'v1.customers.create', BODIES.customer()),
  contract: ({ customerId = idOf('customer'), now }) =>
    sdkCall('contract', 'v1.contracts.create', BODIES.contract(customerId, dayStart(now))),
  events: ({ customerId = idOf('customer'), now }) =>
    sdkCall(null, 'v1.usage.ingest', { usage: BODIES.events(customerId, now) }),
  draft: ({ customerId = idOf('customer') }) =>
    sdkCall('drafts', 'v1.customers.invoices.list', {
      customer_id: customerId,
      status: 'DRAFT',
    }),
  finalize: (progress) =>
    [
      sdkCall(null, 'post', '/v1/sandboxes/clock', { body: { now: whenFinal(progress) } }),
      sdkCall('invoices', 'v1.customers.invoices.list', {
        customer_id: progress.customerId ?? idOf('customer'),
        status: 'FINALIZED',
      }),
    ].join('\n\n'),
}

/** In code: the id of what a step before has made. */
function idOf(made: string): Expression {
  return new Expression(`${made}.data.id`)
}

/** When the draft becomes final, or could become so first. */
export function whenFinal({ draft, finalized, now, graceHours }: Progress): string {
  return finalAt((finalized ?? draft)?.end_timestamp ?? now, graceHours)
}
