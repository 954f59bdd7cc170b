import { expect, test } from 'vitest'
import { placeOverride, type PackageOverride } from '../../../src/core/packages/package-override.ts'
import { at } from '../../support/terms.ts'

function template(span: Pick<PackageOverride, 'startingAtOffset' | 'duration'>): PackageOverride {
  const specifiers = [{ productId: 'product' }]
  return { id: 'template', type: 'MULTIPLIER', multiplier: '0.9', specifiers, ...span }
}

test('an override starts and ends relative to its contract, under an id of its own', () => {
  const override = template({
    startingAtOffset: { value: 1, unit: 'MONTHS' },
    duration: { value: 2, unit: 'WEEKS' },
  })
  expect(placeOverride(override, at('2026-01-31T06'), 'own')).toEqual({
    id: 'own',
    type: 'MULTIPLIER',
    multiplier: '0.9',
    specifiers: [{ productId: 'product' }],
    startingAt: at('2026-02-28T06'),
    endingBefore: at('2026-03-14T06'),
  })
})

test('overrides that follow each other by the month leave no gap after a short month', () => {
  const spans = [0, 1, 2].map((value) => {
    const startingAtOffset = { value, unit: 'MONTHS' } as const
    const override = template({ startingAtOffset, duration: { value: 1, unit: 'MONTHS' } })
    const { startingAt, endingBefore } = placeOverride(override, at('2028-01-31'), 'own')
    return [startingAt, endingBefore]
  })
  expect(spans).toEqual([
    [at('2028-01-31'), at('2028-02-29')],
    [at('2028-02-29'), at('2028-03-31')],
    [at('2028-03-31'), at('2028-04-30')],
  ])
})

test('an override without a duration has no end', () => {
  const override = template({ startingAtOffset: { value: 1, unit: 'YEARS' } })
  const placed = placeOverride(override, at('2028-02-29'), 'own')
  expect([placed.startingAt, placed.endingBefore]).toEqual([at('2029-02-28'), undefined])
})
