import { z } from '@hono/zod-openapi'
import { HOLD_CODES, type HoldReason } from '../../core/invoices/hold-reason.ts'
import type { InvoiceRelease } from '../../core/invoices/invoice.ts'
import { formatInvoiceTimestamp } from '../../core/time.ts'
import { TimestampText } from '../schemas.ts'
import { DifferenceBody, toApiDifference } from './invoice-differences.ts'

/** Why an invoice is, or was, held back. */
export const HoldReasonBody = z.object({
  code: z.enum(HOLD_CODES),
  message: z.string(),
  differences: z.array(DifferenceBody),
})

/** Who made an invoice final that was held back, and could not be proven. */
export const ReleaseBody = z
  .object({
    released_at: TimestampText,
    released_by: z.string().openapi({ description: 'The name of the token.' }),
    reason: z.string(),
    finding: HoldReasonBody.openapi({ description: 'What had held it back.' }),
  })
  .openapi('InvoiceRelease')

export function toApiHoldReason({ code, message, differences }: HoldReason) {
  return { code, message, differences: differences.map(toApiDifference) }
}

export function toApiRelease(release: InvoiceRelease): z.input<typeof ReleaseBody> {
  return {
    released_at: formatInvoiceTimestamp(release.releasedAt),
    released_by: release.tokenName,
    reason: release.reason,
    finding: toApiHoldReason(release.finding),
  }
}
