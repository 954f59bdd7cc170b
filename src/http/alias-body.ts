import { z } from '@hono/zod-openapi'
import type { CardAlias } from '../core/catalog/rate-card.ts'
import { NameText, Timestamp, TimestampText, toApiTimestamp } from './schemas.ts'

/** An alias as a request gives it (pricing 3.2). */
export const NewAlias = z
  .object({
    name: NameText,
    starting_at: Timestamp.optional(),
    ending_before: Timestamp.optional(),
  })
  .refine(({ starting_at, ending_before }) => (starting_at ?? -1) < (ending_before ?? Infinity), {
    error: 'expected an instant after starting_at',
    path: ['ending_before'],
  })

/** An alias as it is answered. */
export const AliasBody = z.object({
  name: z.string(),
  starting_at: TimestampText.optional(),
  ending_before: TimestampText.optional(),
})

export function fromApiAlias(body: z.output<typeof NewAlias>): CardAlias {
  const { name, starting_at, ending_before } = body
  return { name, startingAt: starting_at ?? null, endingBefore: ending_before ?? null }
}

export function toApiAlias({ name, startingAt, endingBefore }: CardAlias) {
  return {
    name,
    starting_at: startingAt === null ? undefined : toApiTimestamp(startingAt),
    ending_before: endingBefore === null ? undefined : toApiTimestamp(endingBefore),
  }
}
