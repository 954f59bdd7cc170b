import { z } from '@hono/zod-openapi'
import { countVolume } from '../../actions/count-volume.ts'
import { refuse, type Result, ok } from '../../core/result.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/time.ts'
import type { MeterVolume } from '../../objects/meter-volume.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { dataOf, enumOf, Id, json, Timestamp, TimestampText, toApiTimestamp } from '../schemas.ts'
import { readEventQuestion } from './event-filter-body.ts'

/** So many windows an answer has at most: a month by the hour. */
const WINDOWS_MAX = 1_000
const WINDOW_MS = { MINUTE: MINUTE_MS, HOUR: HOUR_MS, DAY: DAY_MS } as const

const UNITS: Record<number, string> = {
  [MINUTE_MS]: 'a minute',
  [HOUR_MS]: 'an hour',
  [DAY_MS]: 'a day',
}

const VolumeQuery = z.object({
  starting_on: Timestamp.openapi({ description: 'On the start of a window.' }),
  ending_before: Timestamp.openapi({ description: 'On the start of a window, too.' }),
  window_size: enumOf(['MINUTE', 'HOUR', 'DAY'])
    .optional()
    .openapi({ description: 'Whole minutes, hours or days of UTC; HOUR if omitted.' }),
  customer_id: Id.optional().openapi({ description: 'Who holds the ingest id now.' }),
  ingest_id: z.string().min(1).optional().openapi({ description: '`customer_id` as sent.' }),
  event_type: z.string().min(1).optional(),
  billable_metric_id: Id.optional().openapi({ description: 'A metric that the events feed.' }),
})

const COUNTS = {
  accepted: z.int().openapi({ description: 'Events that count.' }),
  duplicates: z.int(),
  unmatched: z.int().openapi({
    description:
      'Of the accepted ones, those whose ingest id no customer holds or that feed no active metric.',
  }),
}

export const VolumeBody = z
  .object({
    ...COUNTS,
    windows: z.array(
      z.object({ starting_on: TimestampText, ending_before: TimestampText, ...COUNTS }),
    ),
    complete_from: TimestampText.nullable().openapi({
      description:
        'Null when everything was counted. Else windows that start then or later are complete, earlier ones may lack events; the same request again, for hours or days, goes on counting where this one stopped.',
    }),
    forgotten_duplicates: z.int().openapi({
      description:
        'Duplicates beyond the newest 100,000 of a meter are not kept; so many, of whatever time, are in no window.',
    }),
  })
  .openapi('EventVolume')

const eventVolumeRoute = apiRoute({
  method: 'get',
  path: '/v1/events/volume',
  isOwn: true,
  access: 'read',
  operationId: 'getEventVolume',
  tags: ['Events'],
  summary: 'Count events over time',
  description: `Accepted events, duplicates and unmatched events in each window of time, by their timestamps, over all meters. At most ${WINDOWS_MAX} windows. Counts of sealed parts of the log are kept, so that asking again costs little.`,
  limitedBy: 'searchesPerSecond',
  request: { query: VolumeQuery },
  responses: { 200: json(dataOf(VolumeBody), 'The counts, with all windows in order') },
})

export function eventVolumeRoutes(app: App): void {
  app.openapi(eventVolumeRoute, async (c) => {
    const { ingest_id, event_type, window_size = 'HOUR', ...asked } = c.req.valid('query')
    const windowMs = WINDOW_MS[window_size]
    const range = readRange(asked, windowMs)
    if (!range.ok) return fail(c, range.error)
    const question = await readEventQuestion(c, {
      customer_id: asked.customer_id,
      billable_metric_id: asked.billable_metric_id,
      ingest_ids: ingest_id === undefined ? undefined : [ingest_id],
      event_types: event_type === undefined ? undefined : [event_type],
    })
    if (!question.ok) return fail(c, question.error)
    const { environment, filter, activeMetricIds } = question.value
    const volume = await countVolume(c.env, environment, {
      ...range.value,
      windowMs,
      ...(filter.ingestIds && { ingestIds: filter.ingestIds }),
      ...(filter.eventTypes && { eventTypes: filter.eventTypes }),
      metricIds: filter.metricId === undefined ? activeMetricIds : [filter.metricId],
      isFedOnly: filter.metricId !== undefined,
    })
    return c.json({ data: toApiVolume(volume, windowMs) }, 200)
  })
}

function readRange(
  asked: { starting_on: number; ending_before: number },
  windowMs: number,
): Result<{ startMs: number; endMs: number }> {
  const { starting_on: startMs, ending_before: endMs } = asked
  for (const [field, atMs] of Object.entries({ starting_on: startMs, ending_before: endMs })) {
    if (atMs % windowMs === 0) continue
    return refuse('invalid', `${field}: expected the start of ${UNITS[windowMs]} in UTC`)
  }
  if (endMs <= startMs) {
    return refuse('invalid', 'ending_before: expected an instant after starting_on')
  }
  if ((endMs - startMs) / windowMs > WINDOWS_MAX) {
    const problem = `expected at most ${WINDOWS_MAX} windows from starting_on on`
    return refuse('invalid', `ending_before: ${problem}; a larger window_size makes fewer`)
  }
  return ok({ startMs, endMs })
}

function toApiVolume({ windows, wholeFromMs, forgottenDuplicates }: MeterVolume, windowMs: number) {
  const sum = (name: 'accepted' | 'duplicates' | 'unmatched') =>
    windows.reduce((total, window) => total + window[name], 0)
  return {
    accepted: sum('accepted'),
    duplicates: sum('duplicates'),
    unmatched: sum('unmatched'),
    windows: windows.map(({ startMs, ...counts }) => ({
      starting_on: toApiTimestamp(startMs),
      ending_before: toApiTimestamp(startMs + windowMs),
      ...counts,
    })),
    complete_from: wholeFromMs === null ? null : toApiTimestamp(wholeFromMs),
    forgotten_duplicates: forgottenDuplicates,
  }
}
