import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'

function ofTexts(texts: string[]): Diagnostics {
  const diagnostics = new Diagnostics()
  for (const text of texts) diagnostics.badText('badNumbers', text)
  return diagnostics
}

test('each bad text is counted, and five different ones are kept', () => {
  const diagnostics = ofTexts(['g', 'a', 'f', 'a', 'e', 'b', 'd', 'c'])
  expect(diagnostics.badNumbers).toBe(8)
  expect(diagnostics.samples).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('a sample has at most 40 characters', () => {
  expect(ofTexts(['x'.repeat(41)]).samples).toEqual(['x'.repeat(40)])
  expect(ofTexts(['😀'.repeat(41)]).samples).toEqual(['😀'.repeat(40)])
  expect(ofTexts(['😀'.repeat(40)]).samples).toEqual(['😀'.repeat(40)])
})

test('counts of several places are added', () => {
  const left = ofTexts(['n/a'])
  left.overflows = 2
  const right = new Diagnostics()
  right.badText('badTimestamps', 'now')
  right.badText('badBooleans', 'yes')
  right.divisionsByZero = 3
  left.merge(structuredClone(right.counts()))
  expect(left.counts()).toEqual({
    badNumbers: 1,
    badTimestamps: 1,
    badBooleans: 1,
    overflows: 2,
    divisionsByZero: 3,
    samples: ['n/a', 'now', 'yes'],
  })
})

test('neither order nor parts change what is told', () => {
  const words = fc.array(fc.string({ maxLength: 3 }), { maxLength: 20 })
  fc.assert(
    fc.property(words, words, (left, right) => {
      const merged = ofTexts(right)
      merged.merge(ofTexts(left))
      expect(merged.counts()).toEqual(ofTexts([...left, ...right]).counts())
    }),
  )
})
