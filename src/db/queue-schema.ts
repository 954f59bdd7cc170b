import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { environmentId } from './schema.ts'

/**
 * Events that wait in the ingest queue: a row for each message, from before it is sent until its
 * events are in the log. Finalization waits for the rows of its period.
 */
export const queuedBatches = sqliteTable(
  'queued_batches',
  {
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    /** The earliest timestamp of the events. */
    timeMin: integer('time_min').notNull(),
    /** Real time. */
    queuedAt: integer('queued_at').notNull(),
    /** Why its first delivery that failed did so. */
    failure: text('failure'),
  },
  (table) => [index('queued_batches_environment').on(table.environmentId, table.timeMin)],
)

/**
 * Messages of the ingest queue that could not be delivered: an operator replays or deletes them.
 * Finalization waits for them as for those in the queue.
 */
export const deadLetters = sqliteTable(
  'dead_letters',
  {
    /** That of its row among the queued batches. */
    id: text('id').primaryKey(),
    environmentId: environmentId(),
    eventCount: integer('event_count').notNull(),
    /** The earliest timestamp of the events. */
    timeMin: integer('time_min').notNull(),
    /** The environment's clock when the events were accepted. */
    acceptedAt: integer('accepted_at').notNull(),
    /** Real time. */
    receivedAt: integer('received_at').notNull(),
    reason: text('reason'),
    /** The message as it was sent, as JSON text. */
    message: text('message').notNull(),
  },
  (table) => [
    index('dead_letters_environment').on(table.environmentId, table.receivedAt, table.id),
    index('dead_letters_time').on(table.environmentId, table.timeMin),
  ],
)
