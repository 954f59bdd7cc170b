import { expect, test } from 'vitest'
import { windowOf } from '../../../src/core/invoices/breakdown.ts'
import { draftMarch, showLines } from '../../support/drafts.ts'
import { commit } from '../../support/drawing.ts'
import { at, catalog, metric, product, rate } from '../../support/terms.ts'

const CARD = catalog({ rates: [rate({ price: '10' })], metrics: [metric()] })
const DAY = { startMs: at('2026-03-05'), endMs: at('2026-03-06') }

test('a window shows what was added, in its own time', () => {
  const before = draftMarch(CARD, [{ at: '2026-03-02' }])
  const after = draftMarch(CARD, [{ at: '2026-03-02' }, { at: '2026-03-05' }, { at: '2026-03-05' }])
  const added = windowOf(before, after, DAY)
  expect(showLines(added.lines)).toEqual(['API calls 5..6: 2 × 10 = 20'])
  expect(added.total).toBe('20')
  expect(showLines(windowOf(null, before, DAY).lines)).toEqual(['API calls 5..6: 1 × 10 = 10'])
})

test('what is charged otherwise than before is taken back', () => {
  const paid = [commit('c', '10')]
  const before = draftMarch(CARD, [{ at: '2026-03-02' }], {}, { balances: paid })
  const dearer = catalog({ rates: [rate({ price: '12' })], metrics: [metric()] })
  const after = draftMarch(dearer, [{ at: '2026-03-02' }])
  const added = windowOf(before, after, DAY)
  expect(showLines(added.lines)).toEqual([
    'API calls 5..6: 1 × 12 = 12',
    'API calls 5..6: -1 × 10 = -10',
    'c applied: 10',
  ])
  expect(added.total).toBe('12')
})

test('that nothing was used is shown of products without keys, in each window of their time', () => {
  const none = draftMarch(CARD, [])
  expect(showLines(windowOf(none, none, DAY).lines)).toEqual(['API calls 5..6: 0 × 10 = 0'])
  const keyed = catalog({
    products: [product({ state: { pricingGroupKey: ['model'] } })],
    rates: [rate({ price: '10', pricingGroupValues: { model: 'm' } })],
    metrics: [metric({ groupKeys: [['model']] })],
  })
  const one = draftMarch(keyed, [{ at: '2026-03-02', properties: { model: 'm' } }])
  expect(showLines(windowOf(one, one, DAY).lines)).toEqual([])
})
