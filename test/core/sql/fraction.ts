import fc from 'fast-check'

/** A rational number, in lowest terms, with a positive denominator: the reference of exact decimals. */
export interface Fraction {
  over: bigint
  under: bigint
}

const digits = (max: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max })
    .map((all) => all.join(''))

const borders = [
  0n,
  1n,
  10n,
  2n ** 53n - 2n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 53n + 1n,
  10n ** 15n,
  10n ** 16n,
]

const magnitudes = fc.oneof(
  { weight: 4, arbitrary: digits(6) },
  { weight: 2, arbitrary: digits(17) },
  { weight: 1, arbitrary: digits(45) },
  { weight: 2, arbitrary: fc.constantFrom(...borders).map(String) },
)

/** Numbers as texts: of all magnitudes, with decimals and exponents, around the border of safe integers. */
export const numberText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    magnitudes,
    fc.oneof(
      { weight: 2, arbitrary: fc.constant('') },
      { weight: 3, arbitrary: digits(5) },
      digits(30),
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant('') },
      fc.integer({ min: -70, max: 40 }).map((e) => `e${e}`),
    ),
  )
  .map(
    ([sign, whole, decimals, exponent]) =>
      `${sign}${whole}${decimals && `.${decimals}`}${exponent}`,
  )

/** What a text of the form above says. */
export function fraction(text: string): Fraction {
  const [mantissa = '', exponent = '0'] = text.split('e')
  const [whole = '', decimals = ''] = mantissa.replace(/^[+-]/, '').split('.')
  const units = BigInt(whole + decimals) * (text.startsWith('-') ? -1n : 1n)
  const power = Number(exponent) - decimals.length
  return power >= 0
    ? { over: units * 10n ** BigInt(power), under: 1n }
    : scaled({ over: units, under: 10n ** BigInt(-power) })
}

export function roundFraction(
  value: Fraction,
  digitsKept: number,
  mode: 'half' | 'up' | 'down' | 'truncate' = 'half',
): Fraction {
  const power = 10n ** BigInt(Math.abs(digitsKept))
  const over = digitsKept >= 0 ? value.over * power : value.over
  const under = digitsKept >= 0 ? value.under : value.under * power
  const floor = floorDivide(over, under)
  const isWhole = floor * under === over
  const ceiling = isWhole ? floor : floor + 1n
  const truncated = over < 0n ? ceiling : floor
  const half =
    over < 0n
      ? -floorDivide(-over * 2n + under, under * 2n)
      : floorDivide(over * 2n + under, under * 2n)
  const kept = { half, up: ceiling, down: floor, truncate: truncated }[mode]
  return digitsKept >= 0
    ? scaled({ over: kept, under: power })
    : scaled({ over: kept * power, under: 1n })
}

export function scaled({ over, under }: Fraction): Fraction {
  if (under < 0n) return scaled({ over: -over, under: -under })
  const common = greatestCommonDivisor(over < 0n ? -over : over, under)
  return { over: over / common, under: under / common }
}

function floorDivide(over: bigint, under: bigint): bigint {
  const quotient = over / under
  return quotient * under > over ? quotient - 1n : quotient
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}
