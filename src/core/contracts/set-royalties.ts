import type { Product } from '../catalog/product.ts'
import { Decimal } from '../decimal.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { ResellerRoyalty, ResellerType, RoyaltySegment } from './reseller-royalty.ts'

/** A royalty, or a change of one, as it is asked for. */
export interface RoyaltyInput extends Partial<RoyaltySegment> {
  type: ResellerType
}

/**
 * Decides on a contract's reseller royalties (pricing 7). One of a type that the contract has
 * changes that: from a later start on, or else as it is last; what is absent stays as it is.
 * Refusals name the field as the API calls it.
 * @param royalties those that the contract has
 * @param products that the inputs name
 * @param field the list that the royalties are members of
 * @returns all royalties of the types that are asked for, as they are from then on
 */
export function setRoyalties(
  inputs: RoyaltyInput[],
  royalties: ResellerRoyalty[],
  products: Product[],
  field: string,
): Result<ResellerRoyalty[]> {
  const set: ResellerRoyalty[] = []
  for (const [i, input] of inputs.entries()) {
    const path = `${field}[${i}].`
    const { type } = input
    if (set.some((royalty) => royalty.type === type)) {
      return refuse('invalid', `${path}reseller_type: expected each type only once`)
    }
    const known = royalties.find((royalty) => royalty.type === type)?.segments ?? []
    const segments = setSegment(input, known, path)
    if (!segments.ok) return segments
    const ids = input.applicableProductIds ?? []
    const unknown = ids.findIndex((id) => !products.some((product) => product.id === id))
    if (unknown !== -1) {
      return refuse(
        'not_found',
        `${path}applicable_product_ids[${unknown}]: no product ${ids[unknown]}`,
      )
    }
    set.push({ type, segments: segments.value })
  }
  return ok(set)
}

/** The royalties after some were set. */
export function replaceRoyalties(
  royalties: ResellerRoyalty[],
  set: ResellerRoyalty[],
): ResellerRoyalty[] {
  const kept = royalties.filter((royalty) => !set.some(({ type }) => type === royalty.type))
  return [...kept, ...set]
}

/** The segment in force at an instant; before the first one that, and after the last one that. */
export function segmentAt({ segments }: ResellerRoyalty, at: number): RoyaltySegment | undefined {
  return segments.findLast(({ startingAt }) => startingAt <= at) ?? segments[0]
}

function setSegment(
  input: RoyaltyInput,
  segments: RoyaltySegment[],
  path: string,
): Result<RoyaltySegment[]> {
  const last = segments.at(-1)
  const segment = mergeSegment(input, last, path)
  if (!segment.ok) return segment
  const checked = checkSegment(input.type, segment.value, path)
  if (!checked.ok) return checked
  if (last === undefined) return ok([segment.value])
  const { startingAt } = segment.value
  if (startingAt < last.startingAt) {
    return refuse(
      'invalid',
      `${path}starting_at: expected the start of what it changes or later, the last of this type`,
    )
  }
  const former = segments.slice(0, -1)
  if (startingAt === last.startingAt) return ok([...former, segment.value])
  const end = Math.min(last.endingBefore ?? Infinity, startingAt)
  return ok([...former, { ...last, endingBefore: end }, segment.value])
}

const REQUIRED = [
  ['fraction', 'fraction'],
  ['netsuiteResellerId', 'netsuite_reseller_id'],
  ['startingAt', 'starting_at'],
] as const

/** What is asked for, on top of what was last. */
function mergeSegment(
  input: RoyaltyInput,
  last: RoyaltySegment | undefined,
  path: string,
): Result<RoyaltySegment> {
  const isRetargeted = (input.applicableProductIds ?? input.applicableProductTags) !== undefined
  const { type: _, applicableProductIds, applicableProductTags, ...rest } = input
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const targets = isRetargeted ? { applicableProductIds, applicableProductTags } : {}
  const merged: Partial<RoyaltySegment> = { ...last, ...given, ...targets }
  for (const [member, field] of REQUIRED) {
    if (merged[member] === undefined) {
      return refuse('invalid', `${path}${field}: required, unless it changes one of the contract`)
    }
  }
  return ok({ ...merged, endingBefore: merged.endingBefore ?? null } as RoyaltySegment)
}

function checkSegment(type: ResellerType, segment: RoyaltySegment, path: string): Result<null> {
  const { fraction, startingAt, endingBefore } = segment
  if (new Decimal(fraction).greaterThan(1)) {
    return refuse('invalid', `${path}fraction: expected a number from 0 to 1`)
  }
  if (endingBefore !== null && endingBefore <= startingAt) {
    return refuse('invalid', `${path}ending_before: expected an instant after starting_at`)
  }
  const { applicableProductIds = [], applicableProductTags = [] } = segment
  if (applicableProductIds.length + applicableProductTags.length === 0) {
    return refuse(
      'invalid',
      `${path}applicable_product_ids: expected a product here, or a tag in applicable_product_tags`,
    )
  }
  return checkOptions(type, segment, path)
}

function checkOptions(type: ResellerType, segment: RoyaltySegment, path: string): Result<null> {
  const isAws = type === 'AWS' || type === 'AWS_PRO_SERVICE'
  const { awsAccountNumber, awsPayerReferenceId, awsOfferId, gcpAccountId, gcpOfferId } = segment
  if (!isAws && (awsAccountNumber ?? awsPayerReferenceId ?? awsOfferId) !== undefined) {
    return refuse('invalid', `${path}aws_options: expected only with AWS or AWS_PRO_SERVICE`)
  }
  if (isAws && (gcpAccountId ?? gcpOfferId) !== undefined) {
    return refuse('invalid', `${path}gcp_options: expected only with GCP or GCP_PRO_SERVICE`)
  }
  return ok(null)
}
