import { expect, test } from 'vitest'
import {
  replaceRoyalties,
  segmentAt,
  setRoyalties,
  type RoyaltyInput,
} from '../../../src/core/contracts/set-royalties.ts'
import type { ResellerRoyalty } from '../../../src/core/contracts/reseller-royalty.ts'
import { at, product } from '../../support/terms.ts'

const aws: RoyaltyInput = {
  type: 'AWS',
  fraction: '0.03',
  netsuiteResellerId: 'ns-1',
  applicableProductIds: ['product'],
  startingAt: at('2026-01-01'),
  awsAccountNumber: '123',
}
const segment = {
  fraction: '0.03',
  netsuiteResellerId: 'ns-1',
  applicableProductIds: ['product'],
  startingAt: at('2026-01-01'),
  endingBefore: null,
  awsAccountNumber: '123',
}
const known: ResellerRoyalty[] = [{ type: 'AWS', segments: [segment] }]

const set = (inputs: RoyaltyInput[], royalties: ResellerRoyalty[] = []) =>
  setRoyalties(inputs, royalties, [product()], 'reseller_royalties')
const refusal = (message: string, code = 'invalid') => ({
  ok: false,
  error: { code, message: `reseller_royalties[0].${message}` },
})

test('the first royalty of a type says everything', () => {
  expect(set([aws])).toEqual({ ok: true, value: known })
  for (const [member, field] of [
    ['fraction', 'fraction'],
    ['netsuiteResellerId', 'netsuite_reseller_id'],
    ['startingAt', 'starting_at'],
  ] as const) {
    expect(set([{ ...aws, [member]: undefined }])).toEqual(
      refusal(`${field}: required, unless it changes one of the contract`),
    )
  }
  expect(set([{ ...aws, applicableProductIds: [] }])).toEqual(
    refusal('applicable_product_ids: expected a product here, or a tag in applicable_product_tags'),
  )
})

test('one with a later start changes the royalty from then on; what it does not say stays', () => {
  const update = { type: 'AWS', fraction: '0.05', startingAt: at('2026-06-01') } as const
  expect(set([update], known)).toEqual({
    ok: true,
    value: [
      {
        type: 'AWS',
        segments: [
          { ...segment, endingBefore: at('2026-06-01') },
          { ...segment, fraction: '0.05', startingAt: at('2026-06-01') },
        ],
      },
    ],
  })
})

test('one without a start changes the last segment itself, and null takes its end away', () => {
  const ended = [
    { type: 'AWS' as const, segments: [{ ...segment, endingBefore: at('2027-01-01') }] },
  ]
  expect(set([{ type: 'AWS', fraction: '0' }], ended)).toMatchObject({
    value: [{ segments: [{ fraction: '0', endingBefore: at('2027-01-01') }] }],
  })
  expect(set([{ type: 'AWS', endingBefore: null }], ended)).toEqual({ ok: true, value: known })
  const tags = set([{ type: 'AWS', applicableProductTags: ['ai'] }], ended)
  expect(tags).toMatchObject({
    value: [{ segments: [{ applicableProductIds: undefined, applicableProductTags: ['ai'] }] }],
  })
})

test('what cannot be is refused by the name of the field', () => {
  expect(set([{ ...aws, fraction: '1.01' }])).toEqual(
    refusal('fraction: expected a number from 0 to 1'),
  )
  expect(set([{ ...aws, endingBefore: aws.startingAt }])).toEqual(
    refusal('ending_before: expected an instant after starting_at'),
  )
  expect(set([{ type: 'AWS', startingAt: at('2025-12-31') }], known)).toEqual(
    refusal('starting_at: expected the start of what it changes or later, the last of this type'),
  )
  expect(set([{ ...aws, gcpOfferId: 'o' }])).toEqual(
    refusal('gcp_options: expected only with GCP or GCP_PRO_SERVICE'),
  )
  expect(set([{ ...aws, type: 'GCP_PRO_SERVICE' }])).toEqual(
    refusal('aws_options: expected only with AWS or AWS_PRO_SERVICE'),
  )
  expect(set([{ ...aws, applicableProductIds: ['product', 'none'] }])).toEqual(
    refusal('applicable_product_ids[1]: no product none', 'not_found'),
  )
  expect(set([aws, aws])).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message: 'reseller_royalties[1].reseller_type: expected each type only once',
    },
  })
})

test('a royalty replaces the one of its type, and the others stay', () => {
  const gcp: ResellerRoyalty = { type: 'GCP', segments: [] }
  const changed: ResellerRoyalty = { type: 'AWS', segments: [] }
  expect(replaceRoyalties([...known, gcp], [changed])).toEqual([gcp, changed])
})

test('the segment at an instant is the last one that has started, or the first one', () => {
  const next = { ...segment, startingAt: at('2026-06-01') }
  const royalty: ResellerRoyalty = { type: 'AWS', segments: [segment, next] }
  expect(segmentAt(royalty, at('2025-01-01'))).toBe(segment)
  expect(segmentAt(royalty, at('2026-05-31'))).toBe(segment)
  expect(segmentAt(royalty, at('2026-06-01'))).toBe(next)
})
