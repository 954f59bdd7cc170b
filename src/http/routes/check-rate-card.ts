import { z } from '@hono/zod-openapi'
import { checkRateCard } from '../../actions/check-rate-card.ts'
import { FINDING_KINDS, type CardFinding } from '../../core/catalog/check-card.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { fail } from '../errors.ts'
import { apiRoute, type App } from '../route.ts'
import { dataOf, Id, json, jsonBody, TimestampText, toApiTimestamp } from '../schemas.ts'

/** As many findings as one answer lists. */
const FINDINGS_MAX = 1_000

const FindingBody = z
  .object({
    kind: z.enum(FINDING_KINDS),
    message: z.string().openapi({ description: 'What was found, in full sentences.' }),
    product_id: Id,
    rate_id: Id.optional(),
    pricing_group_values: z.record(z.string(), z.string().nullable()).optional(),
    starting_at: TimestampText.optional(),
    ending_before: TimestampText.optional(),
    quantity: z.number().optional().openapi({
      description: 'A quantity that shows it, or how much was used without a price.',
    }),
  })
  .openapi('RateCardFinding')

export const CheckBody = z
  .object({
    findings: z.array(FindingBody),
    findings_left_out: z.number().openapi({ description: 'How many more there are.' }),
    contracts_read: z.number().openapi({
      description: 'Of how many contracts on the card usage was read, the youngest first.',
    }),
    has_more_contracts: z.boolean(),
  })
  .openapi('RateCardCheck')

const checkRateCardRoute = apiRoute({
  method: 'post',
  path: '/v1/contract-pricing/rate-cards/check',
  isOwn: true,
  access: 'read',
  operationId: 'checkRateCard',
  tags: ['Rate cards'],
  summary: 'Find rates that never apply, times and usage without a price, and dear commit rates',
  request: { body: jsonBody(z.object({ rate_card_id: Id })) },
  responses: { 200: json(dataOf(CheckBody), 'What may not have been meant') },
})

export function checkRateCardRoutes(app: App): void {
  app.openapi(checkRateCardRoute, async (c) => {
    const { environment, now } = c.var
    const { rate_card_id } = c.req.valid('json')
    const check = await checkRateCard(c.env, environment.id, rate_card_id, now)
    if (!check.ok) return fail(c, check.error)
    const { findings, contractsRead, hasMoreContracts } = check.value
    const data = {
      findings: findings.slice(0, FINDINGS_MAX).map(toApiFinding),
      findings_left_out: Math.max(0, findings.length - FINDINGS_MAX),
      contracts_read: contractsRead,
      has_more_contracts: hasMoreContracts,
    }
    return c.json({ data }, 200)
  })
}

function toApiFinding(finding: CardFinding) {
  const { startingAt, endingBefore, quantity } = finding
  return {
    kind: finding.kind,
    message: finding.message,
    product_id: finding.productId,
    rate_id: finding.rateId ?? undefined,
    pricing_group_values: finding.pricingGroupValues ?? undefined,
    starting_at: startingAt === null ? undefined : toApiTimestamp(startingAt),
    ending_before: endingBefore === null ? undefined : toApiTimestamp(endingBefore),
    quantity: quantity === null ? undefined : jsonNumber(quantity),
  }
}
