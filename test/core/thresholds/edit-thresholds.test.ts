import { expect, test } from 'vitest'
import {
  applyThresholdChanges,
  editsThresholds,
  editThresholds,
  productsOfThresholds,
  type ThresholdEdits,
} from '../../../src/core/thresholds/edit-thresholds.ts'
import type { ThresholdTerms } from '../../../src/core/thresholds/check-thresholds.ts'
import { product, rateCard } from '../../support/terms.ts'
import { prepaidThreshold, spendThreshold, spendTracker } from '../../support/thresholds.ts'

const ALL: ThresholdTerms = {
  spendThreshold: spendThreshold(),
  prepaidThreshold: prepaidThreshold(),
  spendTrackers: [spendTracker()],
}

function edit(edits: ThresholdEdits, terms: ThresholdTerms = {}) {
  const products = [product({ id: 'top-up', type: 'FIXED' })]
  const edited = editThresholds(edits, terms, { rateCard: rateCard(), products })
  return edited.ok
    ? applyThresholdChanges(terms, edited.value)
    : `${edited.error.code} ${edited.error.message}`
}

test('what is added is there, and what is updated is all there still', () => {
  const added = edit({
    addSpendThreshold: spendThreshold(),
    addPrepaidThreshold: prepaidThreshold(),
    addSpendTrackers: [spendTracker()],
  })
  expect(added).toEqual(ALL)
  const updated = edit(
    {
      updateSpendThreshold: { isEnabled: false },
      updatePrepaidThreshold: { rechargeToAmount: '7000' },
    },
    ALL,
  )
  expect(updated).toEqual({
    ...ALL,
    spendThreshold: spendThreshold({ isEnabled: false }),
    prepaidThreshold: prepaidThreshold({ rechargeToAmount: '7000' }),
  })
})

test('an edit without thresholds decides on none, though those that there are could not be made now', () => {
  expect(editsThresholds({})).toBe(false)
  expect(editsThresholds({ archiveSpendTrackers: [] })).toBe(true)
  expect(editThresholds({}, ALL, { rateCard: null, products: [] })).toEqual({ ok: true, value: {} })
})

test('there is one threshold of a kind, and none is updated that is not there', () => {
  expect(edit({ addSpendThreshold: spendThreshold() }, ALL)).toContain('invalid add_spend_thr')
  expect(edit({ addPrepaidThreshold: prepaidThreshold() }, ALL)).toContain('invalid add_prepaid')
  expect(edit({ updateSpendThreshold: {} })).toContain('not_found update_spend_threshold')
  expect(edit({ updatePrepaidThreshold: {} })).toContain('not_found update_prepaid_balance')
})

test('a tracker that caps a discount cannot be taken away, and its alias may be taken again', () => {
  const cap = { spendTrackerAlias: 'top-ups', amount: '1' }
  const capped = {
    ...ALL,
    spendThreshold: spendThreshold({ discount: { paymentFraction: '0.5', cap } }),
  }
  expect(edit({ archiveSpendTrackers: ['top-ups'] }, capped)).toContain('no tracker "top-ups"')
  expect(edit({ archiveSpendTrackers: ['other'] }, ALL)).toContain('archive_spend_trackers[0]')
  const other = spendTracker({ specifiers: [] })
  const replaced = edit({ archiveSpendTrackers: ['top-ups'], addSpendTrackers: [other] }, ALL)
  expect(replaced).toEqual({ ...ALL, spendTrackers: [other] })
})

test('the products of an edit are those that there are, those added and those of updates', () => {
  const edits = {
    addPrepaidThreshold: prepaidThreshold({
      commit: { productId: 'new', priority: '1', applicability: {} },
    }),
    updateSpendThreshold: { commit: { productId: 'other' } },
  }
  expect(productsOfThresholds(edits, { spendThreshold: spendThreshold() })).toEqual([
    'top-up',
    'new',
    'other',
  ])
})
