import { moveClock } from '../../api/move-clock.ts'
import { post } from '../../api/request.ts'
import type { Progress } from './tour-progress.ts'
import { whenFinal } from './step-code.ts'
import { BODIES, dayStart } from './tour.ts'

export interface Step {
  /** In the page's address. */
  key: string
  title: string
  /** Why there is such a thing. */
  about: string
  /** What its button says; none: there is nothing to do but to look. */
  action?: string
  isDone: (progress: Progress) => boolean
  /** Given once every step before it is done. */
  run?: (progress: Progress) => Promise<unknown>
}

/** From nothing to an invoice. Each step needs those before it. */
export const STEPS: readonly Step[] = [
  {
    key: 'metric',
    title: 'Say what is counted',
    about:
      'A billable metric adds usage events up. This one sums the tokens of completions, by model.',
    action: 'Create the metric',
    isDone: ({ metricId }) => metricId !== undefined,
    run: () => post('/v1/billable-metrics/create', BODIES.metric()),
  },
  {
    key: 'product',
    title: 'Name what is sold',
    about:
      'A product is a line on the invoice. Its pricing group key says by which property its price differs.',
    action: 'Create the product',
    isDone: ({ productId }) => productId !== undefined,
    run: ({ metricId }) =>
      post('/v1/contract-pricing/products/create', BODIES.product(metricId ?? '')),
  },
  {
    key: 'rate-card',
    title: 'Give it prices',
    about:
      'A rate card is a price list. Prices are in cents, exact to the last digit, and start on a date.',
    action: 'Create the rate card',
    isDone: ({ cardId }) => cardId !== undefined,
    run: createCard,
  },
  {
    key: 'customer',
    title: 'Add a customer',
    about:
      'Events name customers by your own id for them: an ingest alias. Events may come before the customer does.',
    action: 'Create the customer',
    isDone: ({ customerId }) => customerId !== undefined,
    run: () => post('/v1/customers', BODIES.customer()),
  },
  {
    key: 'contract',
    title: 'Sign a contract',
    about:
      'A contract gives the customer the prices of a card from a day on. Commits, credits and discounts would go here too.',
    action: 'Create the contract',
    isDone: ({ contractId }) => contractId !== undefined,
    run: ({ customerId, now }) =>
      post('/v1/contracts/create', BODIES.contract(customerId ?? '', dayStart(now))),
  },
  {
    key: 'events',
    title: 'Send usage',
    about:
      'Each event counts once, however often it is sent: its transaction id says which one it is.',
    action: 'Send four events',
    isDone: ({ eventCount }) => eventCount > 0,
    run: ({ customerId, now }) => post('/v1/ingest', BODIES.events(customerId ?? '', now)),
  },
  {
    key: 'draft',
    title: 'See the draft',
    about:
      'The invoice is there from the first event on, as a draft that moves with each one that arrives.',
    isDone: ({ draft, finalized }) => draft !== undefined || finalized !== undefined,
  },
  {
    key: 'finalize',
    title: 'Finalize the invoice',
    about:
      'Invoices become final by themselves, a day after the period ends. This sandbox has a clock of its own: move it there.',
    action: 'Move the clock past the end of the period',
    isDone: ({ finalized }) => finalized !== undefined,
    run: async (progress) => moveClock(whenFinal(progress)),
  },
]

/** A card that was left without prices gets them. */
async function createCard({ productId = '', bareCardId, now }: Progress): Promise<void> {
  const id = bareCardId ?? (await createBareCard())
  await post('/v1/contract-pricing/rate-cards/addRates', BODIES.rates(id, productId, dayStart(now)))
}

async function createBareCard(): Promise<string> {
  const path = '/v1/contract-pricing/rate-cards/create'
  return (await post<{ data: { id: string } }>(path, BODIES.card())).data.id
}

/** The first step that is left to do; the last one when all are done. */
export function nextStep(progress: Progress): Step {
  const next = STEPS.find(({ isDone }) => !isDone(progress)) ?? STEPS.at(-1)
  if (next === undefined) throw new Error('there are steps')
  return next
}
