import { expect, test } from 'vitest'
import { Decimal } from '../../../../src/core/decimal.ts'
import {
  divideNaively,
  limitNumber,
  moduloNaively,
  readNumber,
  rescaleNaively,
  roundNaively,
} from '../../../../src/core/sql/naive/naive-arithmetic.ts'

const read = (text: string) => readNumber(text)?.toFixed() ?? null
const divide = (a: string, b: string) => divideNaively(new Decimal(a), new Decimal(b)).toFixed()
const modulo = (a: string, b: string) => moduloNaively(new Decimal(a), new Decimal(b)).toFixed()

test('texts are numbers by the grammar, and no others', () => {
  expect(read('12')).toBe('12')
  expect(read('\t -1.50\r\n')).toBe('-1.5')
  expect(read('+.5')).toBe('0.5')
  expect(read('5.')).toBe('5')
  expect(read('1E3')).toBe('1000')
  expect(read('1e-3')).toBe('0.001')
  expect(read('0e999')).toBe('0')
  for (const text of ['', ' ', '.', '-', '1,5', '0x10', 'NaN', 'Infinity', '1_000', 'n/a']) {
    expect([text, read(text)]).toEqual([text, null])
  }
  for (const text of [
    '1e',
    'e5',
    '1e1000',
    '1e0003',
    '1e5e5',
    '--1',
    '1 2',
    '1.2.3',
    '٣',
    '\u00a01',
  ]) {
    expect([text, read(text)]).toEqual([text, null])
  }
})

test('numbers have 100 digits, 60 decimals and 160 characters at most', () => {
  expect(read('9'.repeat(100))).toBe('9'.repeat(100))
  expect(read('9'.repeat(101))).toBe(null)
  expect(read('1e99')).toBe(`1${'0'.repeat(99)}`)
  expect(read('1e100')).toBe(null)
  expect(read(`1${'0'.repeat(99)}.${'0'.repeat(59)}`)).toBe(`1${'0'.repeat(99)}`)
  expect(read(`1${'0'.repeat(99)}.${'0'.repeat(60)}`)).toBe(null)
  expect(read('5e-61')).toBe(`0.${'0'.repeat(59)}1`)
  expect(read('4e-61')).toBe('0')
  expect(read('-1e-999')?.replace('-', '')).toBe('0')
})

test('results keep 60 decimals, and more than 100 digits are an error', () => {
  expect(limitNumber(new Decimal('-5e-61')).toFixed()).toBe(`-0.${'0'.repeat(59)}1`)
  expect(limitNumber(new Decimal('9e99')).e).toBe(99)
  expect(() => limitNumber(new Decimal('1e100'))).toThrow('100 digits')
  expect(() => limitNumber(new Decimal('1e60').plus('1e-40'))).toThrow('100 digits')
  expect(limitNumber(new Decimal('1e59').plus('1e-40')).precision(true)).toBe(100)
})

test('quotients are exact where they end, else have 33 digits', () => {
  expect(divide('7', '2')).toBe('3.5')
  expect(divide('0', '-7')).toBe('0')
  expect(divide('1', '1024')).toBe('0.0009765625')
  expect(divide('1', '1e60')).toBe(`0.${'0'.repeat(59)}1`)
  // Of 2⁻⁶⁰ the 60 decimals are exactly enough; of 2⁻⁶¹ they are not.
  expect(divide('1', '1152921504606846976')).toBe(
    '0.000000000000000000867361737988403547205962240695953369140625',
  )
  expect(divide('1', '2305843009213693952')).toBe(
    '0.0000000000000000004336808689942017736029811203479767',
  )
  expect(divide('1', '3')).toBe(`0.${'3'.repeat(33)}`)
  expect(divide('2', '3')).toBe(`0.${'6'.repeat(32)}7`)
  expect(divide('-20', '3')).toBe(`-6.${'6'.repeat(31)}7`)
  expect(divide('1e40', '3')).toBe('3'.repeat(40))
  expect(divide('-2e40', '3')).toBe(`-${'6'.repeat(39)}7`)
  expect(divide('1', '3e50')).toBe(`0.${'0'.repeat(50)}${'3'.repeat(10)}`)
  expect(() => divide('1e99', '1e-10')).toThrow('100 digits')
})

test('remainders have the sign of the dividend', () => {
  expect([modulo('7', '3'), modulo('-7', '3'), modulo('7', '-3')]).toEqual(['1', '-1', '1'])
  expect(modulo('7.5', '0.4')).toBe('0.3')
  expect(modulo('1e99', '7')).toBe('6')
})

test('rounding goes half away from zero, up, down or towards zero', () => {
  const round = (text: string, digits: number) =>
    (['half', 'up', 'down', 'truncate'] as const).map((mode) =>
      roundNaively(new Decimal(text), digits, mode).plus(0).toFixed(),
    )
  expect(round('1.005', 2)).toEqual(['1.01', '1.01', '1', '1'])
  expect(round('-1.005', 2)).toEqual(['-1.01', '-1', '-1.01', '-1'])
  expect(round('2.5', 0)).toEqual(['3', '3', '2', '2'])
  expect(round('-2.5', 0)).toEqual(['-3', '-2', '-3', '-2'])
  expect(round('1250', -2)).toEqual(['1300', '1300', '1200', '1200'])
  expect(round('49', -2)).toEqual(['0', '100', '0', '0'])
  expect(round('1.5', 99)).toEqual(['1.5', '1.5', '1.5', '1.5'])
  expect(round('7', -99)[1]).toBe(`1${'0'.repeat(99)}`)
})

test('a rescaled number is rounded, and null where it is too wide', () => {
  const rescale = (text: string, precision: number, scale: number) =>
    rescaleNaively(new Decimal(text), precision, scale)?.toFixed() ?? null
  expect(rescale('1.005', 4, 2)).toBe('1.01')
  expect(rescale('-1.5', 38, 0)).toBe('-2')
  expect(rescale('99.99', 4, 2)).toBe('99.99')
  expect(rescale('99.995', 4, 2)).toBe(null)
  expect(rescale('-100', 4, 2)).toBe(null)
  expect(rescale('0.4', 2, 2)).toBe('0.4')
  expect(rescale('1', 2, 2)).toBe(null)
})
