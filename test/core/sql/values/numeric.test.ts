import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  absoluteNumeric,
  addNumeric,
  compareNumeric,
  digitsOf,
  divideNumeric,
  fromInteger,
  isZero,
  moduloNumeric,
  multiplyNumeric,
  negateNumeric,
  Numeric,
  numericText,
  parseNumeric,
  roundNumeric,
  type RoundingMode,
  subtractNumeric,
} from '../../../../src/core/sql/values/numeric.ts'
import { SqlLimitError } from '../../../../src/core/sql/sql-error.ts'
import { fraction, type Fraction, numberText, roundFraction, scaled } from '../fraction.ts'

function read(text: string): Numeric {
  const number = parseNumeric(text)
  if (number === null) throw new Error(`${text} is no number`)
  return number
}

const canonical = (text: string) => {
  const number = parseNumeric(text)
  return number && numericText(number)
}

test('numbers are read in all the forms that properties may have', () => {
  const forms = {
    '0': '0',
    '7': '7',
    '-7': '-7',
    '+7': '7',
    ' 7 ': '7',
    '\t7\r\n': '7',
    '007': '7',
    '1.50': '1.5',
    '.5': '0.5',
    '-.5': '-0.5',
    '5.': '5',
    '1e3': '1000',
    '1E+3': '1000',
    '1.5e-3': '0.0015',
    '1e-010': '0.0000000001',
    '-0': '0',
    '-0.00': '0',
    '0e999': '0',
    '9007199254740993': '9007199254740993',
    '-12345678901234567.000000001': '-12345678901234567.000000001',
    '123456789012345.6': '123456789012345.6',
  }
  for (const [text, value] of Object.entries(forms)) {
    expect({ text, value: canonical(text) }).toEqual({ text, value })
  }
})

test('what is no number is none', () => {
  const texts = ['', ' ', '.', '+', '-', '-.', 'e3', '1e', '1e+', '1e1000', 'abc', '1,5', '1_000']
  const more = [
    '0x10',
    'NaN',
    'Infinity',
    '-Infinity',
    '1 2',
    '1.2.3',
    '--1',
    '1n',
    '1٣',
    '\u00a07',
  ]
  for (const text of [...texts, ...more]) {
    expect({ text, number: parseNumeric(text) }).toEqual({ text, number: null })
  }
})

test('a number has at most 100 significant digits and a text of 160 characters', () => {
  expect(canonical('9'.repeat(100))).toBe('9'.repeat(100))
  expect(canonical('9'.repeat(101))).toBeNull()
  expect(canonical('1e99')).toBe(`1${'0'.repeat(99)}`)
  expect(canonical('1e100')).toBeNull()
  expect(canonical('0.01e101')).toBe(`1${'0'.repeat(99)}`)
  expect(canonical(`1.${'0'.repeat(158)}`)).toBe('1')
  expect(canonical(`1.${'0'.repeat(159)}`)).toBeNull()
  expect(canonical(`${'0'.repeat(159)}1`)).toBe('1')
  expect(canonical(`0.${'1'.repeat(101)}`)).toBeNull()
})

test('decimals beyond the 60th are rounded half away from zero', () => {
  expect(canonical('5e-61')).toBe(`0.${'0'.repeat(59)}1`)
  expect(canonical('-5e-61')).toBe(`-0.${'0'.repeat(59)}1`)
  expect(canonical('4e-61')).toBe('0')
  expect(canonical('1e-999')).toBe('0')
  expect(canonical(`0.${'9'.repeat(61)}`)).toBe('1')
})

test('sums, differences and products are exact', () => {
  const add = (a: string, b: string) => numericText(addNumeric(read(a), read(b)))
  expect(add('0.1', '0.2')).toBe('0.3')
  expect(add('9007199254740991', '1')).toBe('9007199254740992')
  expect(add('-9007199254740991', '-2')).toBe('-9007199254740993')
  expect(add('1e40', '1e-40')).toBe(`1${'0'.repeat(40)}.${'0'.repeat(39)}1`)
  expect(add('-1.5', '1.5')).toBe('0')
  const multiply = (a: string, b: string) => numericText(multiplyNumeric(read(a), read(b)))
  expect(multiply('9007199254740993', '9007199254740993')).toBe('81129638414606699710187514626049')
  expect(multiply('0', '-5')).toBe('0')
  expect(multiply('-0.02', '50')).toBe('-1')
  // 61 decimals are rounded to 60.
  expect(multiply('5e-60', '0.1')).toBe(`0.${'0'.repeat(59)}1`)
  expect(multiply('4e-60', '0.1')).toBe('0')
  expect(numericText(subtractNumeric(read('1'), read('1.0000000000000000001')))).toBe(
    '-0.0000000000000000001',
  )
})

test('a quotient is exact where it terminates, else it has 33 digits', () => {
  const divide = (a: string, b: string) => numericText(divideNumeric(read(a), read(b)))
  expect(divide('7', '2')).toBe('3.5')
  expect(divide('1', '3')).toBe(`0.${'3'.repeat(33)}`)
  expect(divide('2', '3')).toBe(`0.${'6'.repeat(32)}7`)
  expect(divide('-2', '3')).toBe(`-0.${'6'.repeat(32)}7`)
  expect(divide('2', '-3')).toBe(`-0.${'6'.repeat(32)}7`)
  expect(divide('-2', '-3')).toBe(`0.${'6'.repeat(32)}7`)
  expect(divide('1000', '3')).toBe(`333.${'3'.repeat(30)}`)
  expect(divide('1', '3000')).toBe(`0.000${'3'.repeat(34)}`)
  expect(divide('0', '-5')).toBe('0')
  expect(divide('-6', '3')).toBe('-2')
  expect(divide('1', '1024')).toBe('0.0009765625')
  expect(divide('12345678901234567890123456789012345679', '8')).toBe(
    '1543209862654320986265432098626543209.875',
  )
  // Never coarser than units.
  expect(divide('2e50', '3')).toBe(`${'6'.repeat(49)}7`)
  expect(divide('1', '3e40')).toBe(`0.${'0'.repeat(40)}${'3'.repeat(20)}`)
})

test('a remainder has the sign of the dividend', () => {
  const modulo = (a: string, b: string) => numericText(moduloNumeric(read(a), read(b)))
  expect(modulo('7', '3')).toBe('1')
  expect(modulo('-7', '3')).toBe('-1')
  expect(modulo('7', '-3')).toBe('1')
  expect(modulo('-6', '3')).toBe('0')
  expect(modulo('5.5', '0.2')).toBe('0.1')
  expect(modulo('1e30', '7')).toBe('1')
})

test('rounding goes half away from zero, up, down or towards zero', () => {
  const round = (text: string, digits: number, mode: RoundingMode = 'half') =>
    numericText(roundNumeric(read(text), digits, mode))
  expect(round('1.005', 2)).toBe('1.01')
  expect(round('1.004999', 2)).toBe('1')
  expect(round('-1.5', 0)).toBe('-2')
  expect(round('0.5', 0)).toBe('1')
  expect(round('-0.4', 0)).toBe('0')
  expect(round('1250', -2)).toBe('1300')
  expect(round('1249.99', -2)).toBe('1200')
  expect(round('5', -1)).toBe('10')
  expect(round('4', -99)).toBe('0')
  expect(round('12345678901234567890.5', 0)).toBe('12345678901234567891')
  expect(round('1.1', 0, 'up')).toBe('2')
  expect(round('-1.9', 0, 'up')).toBe('-1')
  expect(round('-0.9', 0, 'up')).toBe('0')
  expect(round('1.9', 0, 'down')).toBe('1')
  expect(round('-1.1', 0, 'down')).toBe('-2')
  expect(round('1.9', 0, 'truncate')).toBe('1')
  expect(round('-1.9', 0, 'truncate')).toBe('-1')
  expect(round('-12345678901234567890.1', 0, 'down')).toBe('-12345678901234567891')
  expect(round('1', -99, 'up')).toBe(`1${'0'.repeat(99)}`)
})

test('a result of more than 100 digits is an error, never a wrong number', () => {
  const googol = read('1e60')
  expect(() => multiplyNumeric(googol, googol)).toThrow(SqlLimitError)
  expect(() => addNumeric(read('9'.repeat(100)), fromInteger(1))).toThrow(SqlLimitError)
  expect(() => addNumeric(read('1e60'), read('1e-60'))).toThrow(SqlLimitError)
  expect(() => divideNumeric(read('1e60'), read('1e-60'))).toThrow(SqlLimitError)
  // Zeros behind the point are no digits.
  const large = read('1e60')
  const decimal = read('1.5')
  const zero = subtractNumeric(read('1e-60'), read('1e-60'))
  expect(numericText(addNumeric(addNumeric(large, zero), decimal))).toBe(`1${'0'.repeat(59)}1.5`)
})

test('there is no negative zero in any lane', () => {
  const zeros = [
    read('-0'),
    negateNumeric(fromInteger(0)),
    fromInteger(-0),
    multiplyNumeric(fromInteger(0), fromInteger(-1)),
    divideNumeric(fromInteger(0), fromInteger(-7)),
    moduloNumeric(fromInteger(-6), fromInteger(3)),
    roundNumeric(read('-0.1'), 0, 'half'),
    absoluteNumeric(fromInteger(0)),
  ]
  for (const zero of zeros) {
    expect(Object.is(zero.units, 0)).toBe(true)
    expect(isZero(zero)).toBe(true)
  }
})

test('digits are those of the units', () => {
  expect(digitsOf(fromInteger(0))).toBe(1)
  expect(digitsOf(read('-123.45'))).toBe(5)
  expect(digitsOf(read('12345678901234567890'))).toBe(20)
})

test('reading and writing keep the value', () => {
  fc.assert(
    fc.property(numberText, (text) => {
      expect(valueOf(read(text))).toEqual(roundFraction(fraction(text), 60))
      expect(canonical(numericText(read(text)))).toBe(numericText(read(text)))
    }),
    { numRuns: 2_000 },
  )
})

test('arithmetic and order are those of fractions', () => {
  fc.assert(
    fc.property(numberText, numberText, (left, right) => {
      const [a, b] = [read(left), read(right)]
      const [p, q] = [valueOf(a), valueOf(b)]
      expect(outcome(() => addNumeric(a, b))).toEqual(
        within({
          over: p.over * q.under + q.over * p.under,
          under: p.under * q.under,
        }),
      )
      expect(outcome(() => subtractNumeric(a, b))).toEqual(
        within({
          over: p.over * q.under - q.over * p.under,
          under: p.under * q.under,
        }),
      )
      expect(outcome(() => multiplyNumeric(a, b))).toEqual(
        within({ over: p.over * q.over, under: p.under * q.under }),
      )
      const difference = p.over * q.under - q.over * p.under
      expect(Math.sign(compareNumeric(a, b))).toBe(
        Number(difference > 0n) - Number(difference < 0n),
      )
      if (isZero(b)) return
      const [over, under] = [p.over * q.under, p.under * q.over]
      const whole = over / under
      expect(outcome(() => moduloNumeric(a, b))).toEqual(
        within({
          over: p.over * q.under - whole * q.over * p.under,
          under: p.under * q.under,
        }),
      )
    }),
    { numRuns: 2_000 },
  )
})

test('a quotient is off by less than a unit of its 33rd digit, or of the 60th decimal', () => {
  fc.assert(
    fc.property(numberText, numberText, (left, right) => {
      const [a, b] = [read(left), read(right)]
      if (isZero(b)) return
      const [p, q] = [valueOf(a), valueOf(b)]
      const sign = q.over < 0n ? -1n : 1n
      const exact = { over: sign * p.over * q.under, under: sign * p.under * q.over }
      const quotient = attempt(() => divideNumeric(a, b))
      if (quotient === null) return
      const { over, under } = valueOf(quotient)
      const error = magnitude(over * exact.under - exact.over * under)
      const size = magnitude(exact.over) * under
      const isWithinDigits = error * 10n ** 32n * 2n <= size
      const isWithinScale = error * 2n * 10n ** 60n <= exact.under * under
      expect(isWithinDigits || isWithinScale).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('a quotient of a product is the other factor', () => {
  const factor = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(20))
  fc.assert(
    fc.property(factor, factor, ([unitsA, scaleA], [unitsB, scaleB]) => {
      fc.pre(unitsB !== 0n)
      const [a, b] = [read(`${unitsA}e-${scaleA}`), read(`${unitsB}e-${scaleB}`)]
      expect(numericText(divideNumeric(multiplyNumeric(a, b), b))).toBe(numericText(a))
    }),
    { numRuns: 2_000 },
  )
})

test('rounding is that of fractions, to any digits and in any mode', () => {
  const modes = fc.constantFrom<RoundingMode>('half', 'up', 'down', 'truncate')
  fc.assert(
    fc.property(numberText, fc.integer({ min: -30, max: 62 }), modes, (text, digits, mode) => {
      const number = read(text)
      const rounded = roundFraction(valueOf(number), Math.min(digits, 60), mode)
      expect(outcome(() => roundNumeric(number, digits, mode))).toEqual(within(rounded))
    }),
    { numRuns: 2_000 },
  )
})

function valueOf({ units, wide, scale }: Numeric): Fraction {
  const isInItsLane = wide === null ? Number.isSafeInteger(units) : magnitude(wide) >= 2n ** 53n
  expect({ isInItsLane, isInScale: scale >= 0 && scale <= 60 }).toEqual({
    isInItsLane: true,
    isInScale: true,
  })
  return scaled({ over: wide ?? BigInt(units), under: 10n ** BigInt(scale) })
}

function outcome(compute: () => Numeric): Fraction | 'too long' {
  const number = attempt(compute)
  return number === null ? 'too long' : valueOf(number)
}

/** The value rounded to 60 decimals, unless that has too many digits. */
function within(exact: Fraction): Fraction | 'too long' {
  const { over, under } = roundFraction(exact, 60)
  let power = 1n
  while (power % under !== 0n) power *= 10n
  return magnitude((over * power) / under) < 10n ** 100n ? { over, under } : 'too long'
}

function attempt(compute: () => Numeric): Numeric | null {
  try {
    return compute()
  } catch (error) {
    expect(error).toBeInstanceOf(SqlLimitError)
    return null
  }
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}
