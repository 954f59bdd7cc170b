import { z } from '@hono/zod-openapi'
import type { ContractTerms } from '../../core/contracts/contract.ts'
import type { FixedTerms, FixedTermsInput } from '../../core/contracts/fixed-terms.ts'
import { enumOf } from '../schemas.ts'
import {
  fromApiProfessionalService,
  NewProfessionalServices,
  ProfessionalServiceBody,
  toApiProfessionalService,
} from './professional-service-bodies.ts'
import {
  fromApiRoyalty,
  RoyaltyUpdates,
  RoyaltyV1,
  RoyaltyV2,
  toApiRoyaltyV1,
  toApiRoyaltyV2,
} from './royalty-bodies.ts'
import {
  fromApiScheduledCharge,
  NewScheduledCharges,
  ScheduledChargeBody,
  toApiScheduledCharge,
  type ChargeContext,
} from './scheduled-charge-bodies.ts'

/** Terms that do not depend on usage, as contracts and amendments are asked for them (pricing 7). */
export const NewFixedTerms = {
  scheduled_charges: NewScheduledCharges.optional(),
  discounts: NewScheduledCharges.optional().openapi({ description: 'Amounts to take off.' }),
  professional_services: NewProfessionalServices.optional(),
  reseller_royalties: RoyaltyUpdates.optional(),
}

/** The same as verbs of an edit. */
export const FixedTermVerbs = {
  add_scheduled_charges: NewFixedTerms.scheduled_charges,
  add_discounts: NewFixedTerms.discounts,
  add_professional_services: NewFixedTerms.professional_services,
  add_reseller_royalties: NewFixedTerms.reseller_royalties,
}

/** @param newId makes ids for the terms */
export function fromApiFixedTerms(
  body: z.output<z.ZodObject<typeof NewFixedTerms>>,
  newId: () => string,
): FixedTermsInput {
  return {
    scheduledCharges: body.scheduled_charges?.map((charge) =>
      fromApiScheduledCharge(charge, newId),
    ),
    discounts: body.discounts?.map((discount) => fromApiScheduledCharge(discount, newId)),
    professionalServices: body.professional_services?.map((service) =>
      fromApiProfessionalService(service, newId),
    ),
    resellerRoyalties: body.reseller_royalties?.map(fromApiRoyalty),
  }
}

export function fromApiFixedTermVerbs(
  body: z.output<z.ZodObject<typeof FixedTermVerbs>>,
  newId: () => string,
): FixedTermsInput {
  return fromApiFixedTerms(
    {
      scheduled_charges: body.add_scheduled_charges,
      discounts: body.add_discounts,
      professional_services: body.add_professional_services,
      reseller_royalties: body.add_reseller_royalties,
    },
    newId,
  )
}

const ChargesAndServices = {
  scheduled_charges: z.array(ScheduledChargeBody),
  discounts: z.array(ScheduledChargeBody).optional(),
  professional_services: z.array(ProfessionalServiceBody).optional(),
}

const PLACEMENTS = ['ALL'] as const

/** Whether charges that fall due at the end of a usage invoice go onto it (pricing 7). */
export const OnUsageInvoices = enumOf(PLACEMENTS).openapi({
  description: 'Charges that fall due at the end of a usage invoice that is open go onto it.',
})

const PlacementBody = { scheduled_charges_on_usage_invoices: z.enum(PLACEMENTS).optional() }

/** These terms as an amendment is answered. */
export const FixedTermsOfAmendment = {
  ...ChargesAndServices,
  reseller_royalties: z.array(RoyaltyV1).optional(),
}

/** These terms as v1 answers them: royalties are the present ones. */
export const FixedTermsV1 = { ...FixedTermsOfAmendment, ...PlacementBody }

export const FixedTermsV2 = {
  ...ChargesAndServices,
  ...PlacementBody,
  reseller_royalties: z.array(RoyaltyV2).optional(),
}

/** What an edit added of these terms. */
export const FixedTermEditBodies = {
  add_scheduled_charges: z.array(ScheduledChargeBody).optional(),
  add_discounts: z.array(ScheduledChargeBody).optional(),
  add_professional_services: z.array(ProfessionalServiceBody).optional(),
  add_reseller_royalties: z.array(RoyaltyV1).optional(),
}

/** The products whose names are shown with these terms. */
export function productsShown({ scheduledCharges = [], discounts = [] }: FixedTerms): string[] {
  return [...scheduledCharges, ...discounts].map(({ productId }) => productId)
}

export function toApiFixedTermsV1(
  terms: ContractTerms,
  context: ChargeContext & { now: number },
): z.input<z.ZodObject<typeof FixedTermsV1>> {
  return {
    ...toApiFixedTermsOfAmendment(terms, context, context.now),
    scheduled_charges_on_usage_invoices: terms.scheduledChargesOnUsageInvoices,
  }
}

export function toApiFixedTermsV2(
  terms: ContractTerms,
  context: ChargeContext,
): z.input<z.ZodObject<typeof FixedTermsV2>> {
  return {
    ...toApiChargesAndServices(terms, context),
    reseller_royalties: terms.resellerRoyalties?.map(toApiRoyaltyV2),
    scheduled_charges_on_usage_invoices: terms.scheduledChargesOnUsageInvoices,
  }
}

/** @param at the instant at which royalties are shown; as they are last if absent */
export function toApiFixedTermsOfAmendment(
  terms: FixedTerms,
  context: ChargeContext,
  at: number = Infinity,
): z.input<z.ZodObject<typeof FixedTermsOfAmendment>> {
  return {
    ...toApiChargesAndServices(terms, context),
    reseller_royalties: terms.resellerRoyalties?.flatMap((royalty) => toApiRoyaltyV1(royalty, at)),
  }
}

export function toApiFixedTermEdit(
  terms: FixedTerms = {},
  context: ChargeContext,
): z.input<z.ZodObject<typeof FixedTermEditBodies>> {
  const added = toApiFixedTermsOfAmendment(terms, context)
  return {
    add_scheduled_charges: terms.scheduledCharges && added.scheduled_charges,
    add_discounts: added.discounts,
    add_professional_services: added.professional_services,
    add_reseller_royalties: added.reseller_royalties,
  }
}

function toApiChargesAndServices(terms: FixedTerms, context: ChargeContext) {
  const { scheduledCharges = [], discounts, professionalServices } = terms
  return {
    scheduled_charges: scheduledCharges.map((charge) => toApiScheduledCharge(charge, context)),
    discounts: discounts?.map((discount) => toApiScheduledCharge(discount, context)),
    professional_services: professionalServices?.map(toApiProfessionalService),
  }
}
