import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numericText, type Numeric, parseNumeric } from '../../../../src/core/sql/values/numeric.ts'
import { NumericSum } from '../../../../src/core/sql/values/numeric-sum.ts'
import { SqlLimitError } from '../../../../src/core/sql/sql-error.ts'
import { fraction, numberText, roundFraction, scaled } from '../fraction.ts'

function read(text: string): Numeric {
  const number = parseNumeric(text)
  if (number === null) throw new Error(`${text} is no number`)
  return number
}

function sumOf(texts: string[]): NumericSum {
  const sum = new NumericSum()
  for (const text of texts) sum.add(read(text))
  return sum
}

const total = (texts: string[]) => numericText(sumOf(texts).value())

test('a sum is exact, and of nothing it is zero', () => {
  expect(total([])).toBe('0')
  expect(total(['0.1', '0.2', '0.3', '1000000000000000.1'])).toBe('1000000000000000.7')
  expect(total(['9007199254740991', '1', '1'])).toBe('9007199254740993')
  expect(total(['1e50', '1e-20', '-1e50'])).toBe('0.00000000000000000001')
  expect(total(['-1.5', '1.5'])).toBe('0')
})

test('only the final value is held to 100 digits', () => {
  const sum = sumOf(['9'.repeat(100), '1'])
  expect(() => sum.value()).toThrow(SqlLimitError)
  sum.add(read('-1'))
  expect(numericText(sum.value())).toBe('9'.repeat(100))
  expect(() => sumOf(['1e60', '1e-60']).value()).toThrow(SqlLimitError)
})

test('a sum is written with all its digits and read again', () => {
  const sum = sumOf(['9'.repeat(100), '1', '0.000001'])
  expect(sum.text()).toBe(`1${'0'.repeat(105)}1e-6`)
  const again = NumericSum.fromText(sum.text())
  again.add(read(`-${'9'.repeat(100)}`))
  expect(numericText(again.value())).toBe('1.000001')
  expect(NumericSum.fromText(new NumericSum().text()).text()).toBe('0e0')
})

test('a sum is that of fractions, in any order and merged in any parts', () => {
  fc.assert(
    fc.property(
      fc.array(numberText, { maxLength: 30 }),
      fc.nat(30),
      fc.nat(30),
      (texts, cut, turn) => {
        const exact = texts
          .map((text) => roundFraction(fraction(text), 60))
          .reduce(
            (a, b) =>
              scaled({ over: a.over * b.under + b.over * a.under, under: a.under * b.under }),
            {
              over: 0n,
              under: 1n,
            },
          )
        const turned = [...texts.slice(turn), ...texts.slice(0, turn)].toReversed()
        const merged = sumOf(turned.slice(0, cut))
        merged.addSum(NumericSum.fromText(sumOf(turned.slice(cut)).text()))
        const other = sumOf(texts.slice(cut))
        other.addSum(sumOf(texts.slice(0, cut)))
        for (const sum of [sumOf(texts), merged, other]) {
          const [units = '', power = ''] = sum.text().split('e')
          const under = 10n ** BigInt(-Number(power))
          expect(scaled({ over: BigInt(units), under })).toEqual(exact)
        }
      },
    ),
    { numRuns: 1_000 },
  )
})
