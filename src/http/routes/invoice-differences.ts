import { z } from '@hono/zod-openapi'
import { DIFFERENCE_KINDS, type InvoiceDifference } from '../../core/invoices/invoice-difference.ts'
import { Id, TimestampText, toApiTimestamp } from '../schemas.ts'

export const DifferenceBody = z
  .object({
    kind: z.enum(DIFFERENCE_KINDS),
    line: z.number().optional().openapi({ description: "The line's place, from 0." }),
    name: z.string().optional(),
    billable_metric_id: Id.optional(),
    group: z
      .record(z.string(), z.string().nullable())
      .nullable()
      .optional()
      .openapi({ description: 'A value for each property of a group key; null: ungrouped.' }),
    starting_on: TimestampText.optional(),
    ending_before: TimestampText.optional(),
    expected: z.string().nullable().openapi({
      description: 'What the second computation says, as a decimal text; null: nothing.',
    }),
    found: z.string().nullable().openapi({
      description: 'What the invoice has, or was computed from; null: nothing.',
    }),
    cause: z.string(),
  })
  .openapi('InvoiceDifference')

export function toApiDifference(difference: InvoiceDifference): z.input<typeof DifferenceBody> {
  const { kind, line, name, metricId, groupKey, group = [], startingAt, endingBefore } = difference
  const { expected, found, cause } = difference
  const values = groupKey?.map((property, i) => [property, group[i] ?? null] as const)
  return {
    kind,
    ...(line !== undefined && { line }),
    ...(name !== undefined && { name }),
    ...(metricId !== undefined && { billable_metric_id: metricId }),
    ...(groupKey !== undefined && {
      group: values === undefined ? null : Object.fromEntries(values),
    }),
    ...(startingAt !== undefined && { starting_on: toApiTimestamp(startingAt) }),
    ...(endingBefore !== undefined && { ending_before: toApiTimestamp(endingBefore) }),
    expected,
    found,
    cause,
  }
}
