import type { Env } from './env.ts'
import { answerIngest, isIngest } from './http/answer-ingest.ts'
import { createApp } from './http/app.ts'
import type { QueuedBatch } from './actions/queue-events.ts'
import { runCron } from './jobs/cron.ts'
import { DEAD_LETTER_QUEUE, keepDeadLetters } from './jobs/dead-letters.ts'
import { consumeIngestQueue } from './jobs/ingest-queue.ts'

export { AccountObject } from './objects/account.ts'
export { MeterObject } from './objects/meter.ts'

const app = createApp()

/**
 * The same Worker under a name: a local socket that leads to a named entrypoint passes by the
 * router of static assets, which would cost each request three times the Worker's own part.
 */
export const direct = {
  fetch: (request, env, context) =>
    isIngest(request) ? answerIngest(request, env) : app.fetch(request, env, context),
} satisfies ExportedHandler<Env>

export default {
  ...direct,
  queue: (batch, env) =>
    batch.queue === DEAD_LETTER_QUEUE
      ? keepDeadLetters(batch, env)
      : consumeIngestQueue(batch, env),
  scheduled: (controller, env) => runCron(env, controller.scheduledTime),
} satisfies ExportedHandler<Env, QueuedBatch>
