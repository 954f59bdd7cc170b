import type { z } from '@hono/zod-openapi'
import type { CheckBody } from '../../../http/routes/check-rate-card.ts'
import type { ListedCreditType } from '../../../http/routes/credit-types.ts'
import type { PackageBody } from '../../../http/routes/package-bodies.ts'
import type { ContractOfPackage } from '../../../http/routes/packages.ts'
import type { PreviewBody } from '../../../http/routes/preview-metric.ts'
import type { ProductBody } from '../../../http/routes/products.ts'
import type { RateCardBody } from '../../../http/routes/rate-cards.ts'
import type { ScheduledRateBody } from '../../../http/routes/rates.ts'

/** What the API answers of the offering, by the schemas that check it. */
export type Product = z.output<typeof ProductBody>
export type RateCard = z.output<typeof RateCardBody>
export type ScheduledRate = z.output<typeof ScheduledRateBody>
export type RateCardCheck = z.output<typeof CheckBody>
export type CreditType = z.output<typeof ListedCreditType>
export type Package = z.output<typeof PackageBody>
export type PackageContract = z.output<typeof ContractOfPackage>
export type MetricPreview = z.output<typeof PreviewBody>
