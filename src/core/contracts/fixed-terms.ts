import type { Product } from '../catalog/product.ts'
import { ok, type Result } from '../result.ts'
import type { ContractTerms } from './contract.ts'
import {
  createProfessionalServices,
  type ProfessionalServiceInput,
} from './create-professional-service.ts'
import { createScheduledCharges, type ScheduledChargeInput } from './create-scheduled-charge.ts'
import { replaceRoyalties, setRoyalties, type RoyaltyInput } from './set-royalties.ts'

/** Terms that do not depend on usage, as contracts and edits ask for them. */
export interface FixedTermsInput {
  scheduledCharges?: ScheduledChargeInput[]
  discounts?: ScheduledChargeInput[]
  professionalServices?: ProfessionalServiceInput[]
  resellerRoyalties?: RoyaltyInput[]
}

export type FixedTerms = Pick<
  ContractTerms,
  'scheduledCharges' | 'discounts' | 'professionalServices' | 'resellerRoyalties'
>

/**
 * Decides on terms that do not depend on usage (pricing 7), all or none. Lists that nothing is in
 * are absent.
 * @param surroundings `royalties` are those that the contract has
 * @param prefix of the lists' names: `add_`, or nothing
 */
export function createFixedTerms(
  input: FixedTermsInput,
  surroundings: { products: Product[]; royalties: ContractTerms['resellerRoyalties'] },
  now: number,
  prefix: '' | 'add_',
): Result<FixedTerms> {
  const { products, royalties = [] } = surroundings
  const { scheduledCharges = [], discounts = [], professionalServices = [] } = input
  const field = `${prefix}scheduled_charges`
  const charges = createScheduledCharges(scheduledCharges, products, now, field)
  if (!charges.ok) return charges
  const off = createScheduledCharges(discounts, products, now, `${prefix}discounts`)
  if (!off.ok) return off
  const servicesField = `${prefix}professional_services`
  const services = createProfessionalServices(professionalServices, products, servicesField)
  if (!services.ok) return services
  const royaltiesField = `${prefix}reseller_royalties`
  const set = setRoyalties(input.resellerRoyalties ?? [], royalties, products, royaltiesField)
  if (!set.ok) return set
  return ok({
    scheduledCharges: unlessEmpty(charges.value),
    discounts: unlessEmpty(off.value),
    professionalServices: unlessEmpty(services.value),
    resellerRoyalties: unlessEmpty(set.value),
  })
}

/** A contract's terms with some that an edit adds. */
export function addFixedTerms(terms: ContractTerms, added: FixedTerms): ContractTerms {
  const { resellerRoyalties } = added
  return {
    ...terms,
    scheduledCharges: joined(terms.scheduledCharges, added.scheduledCharges),
    discounts: joined(terms.discounts, added.discounts),
    professionalServices: joined(terms.professionalServices, added.professionalServices),
    resellerRoyalties:
      resellerRoyalties === undefined
        ? terms.resellerRoyalties
        : replaceRoyalties(terms.resellerRoyalties ?? [], resellerRoyalties),
  }
}

function joined<T>(list: T[] | undefined, added: T[] | undefined): T[] | undefined {
  return added === undefined ? list : [...(list ?? []), ...added]
}

function unlessEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list
}
