import { z } from '@hono/zod-openapi'
import {
  DISCOUNTED_SPEND,
  SPEND_SOURCES,
  type SpendTracker,
} from '../../core/contracts/spend-tracker.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { SPEND_TRACKERS_MAX } from '../../core/thresholds/check-thresholds.ts'
import type { AccumulatedSpend } from '../../core/thresholds/accumulated-spend.ts'
import { enumOf, Id, TimestampText, toApiTimestamp } from '../schemas.ts'

const SPECIFIERS_MAX = 100

/** Spend trackers as they are asked for (pricing 9.3). */
export const NewSpendTrackers = z
  .array(
    z
      .object({
        alias: z.string().min(1),
        credit_type_id: Id,
        reset_frequency: enumOf(['BILLING_PERIOD']),
        applicable_spend_specifiers: z
          .array(
            z.object({
              spend_type: enumOf(['COMMIT_PURCHASE']),
              sources: z.array(enumOf(SPEND_SOURCES)).min(1),
              discounted: enumOf(DISCOUNTED_SPEND).optional(),
            }),
          )
          .min(1)
          .max(SPECIFIERS_MAX),
      })
      .transform((body): SpendTracker => ({
        alias: body.alias,
        creditTypeId: body.credit_type_id,
        resetFrequency: body.reset_frequency,
        specifiers: body.applicable_spend_specifiers.map((specifier) => ({
          spendType: specifier.spend_type,
          sources: specifier.sources,
          discounted: specifier.discounted,
        })),
      })),
  )
  .max(SPEND_TRACKERS_MAX)

export const SpendTrackerBody = z
  .object({
    alias: z.string(),
    credit_type_id: Id,
    reset_frequency: z.literal('BILLING_PERIOD'),
    applicable_spend_specifiers: z.array(
      z.object({
        spend_type: z.literal('COMMIT_PURCHASE'),
        sources: z.array(z.enum(SPEND_SOURCES)),
        discounted: z.enum(DISCOUNTED_SPEND).optional(),
      }),
    ),
    accumulated_spend: z
      .object({
        amount: z.number(),
        period_starting_at: TimestampText,
        period_ending_before: TimestampText,
      })
      .optional()
      .openapi({ description: 'In the present billing period; absent outside of the contract.' }),
  })
  .openapi('SpendTracker')

/** @param accumulated null or absent: not known, or there is no period */
export function toApiSpendTracker(
  { alias, creditTypeId, resetFrequency, specifiers }: SpendTracker,
  accumulated?: AccumulatedSpend | null,
): z.input<typeof SpendTrackerBody> {
  return {
    alias,
    credit_type_id: creditTypeId,
    reset_frequency: resetFrequency,
    applicable_spend_specifiers: specifiers.map(({ spendType, sources, discounted }) => ({
      spend_type: spendType,
      sources,
      discounted,
    })),
    accumulated_spend: accumulated
      ? {
          amount: jsonNumber(accumulated.amount),
          period_starting_at: toApiTimestamp(accumulated.period.startMs),
          period_ending_before: toApiTimestamp(accumulated.period.endMs),
        }
      : undefined,
  }
}
