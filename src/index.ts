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

export default {
  fetch: (request, env, context) =>
    isIngest(request) ? answerIngest(request, env) : app.fetch(request, env, context),
  queue: (batch, env) =>
    batch.queue === DEAD_LETTER_QUEUE
      ? keepDeadLetters(batch, env)
      : consumeIngestQueue(batch, env),
  scheduled: (controller, env) => runCron(env, controller.scheduledTime),
} satisfies ExportedHandler<Env, QueuedBatch>
