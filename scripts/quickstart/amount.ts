/** An exact number as a whole count of trillionths. */
export type Amount = bigint

const PLACES = 12

/** Parses a plain decimal of up to 12 places; anything else throws. */
export function parseAmount(text: string | undefined): Amount {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text ?? '')
  if (match === null) throw new Error(`not a plain decimal: ${text}`)
  const [, sign = '', whole = '', fraction = ''] = match
  return BigInt(`${sign}${whole}${fraction.padEnd(PLACES, '0')}`)
}

export function formatAmount(amount: Amount): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(PLACES + 1, '0')
  const whole = digits.slice(0, -PLACES).replace(/\B(?=(\d{3})+$)/g, ',')
  const fraction = digits.slice(-PLACES).replace(/0+$/, '')
  return `${amount < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

export function addAmounts(amounts: Amount[]): Amount {
  return amounts.reduce((a, b) => a + b, 0n)
}

/** The exact product; throws when it has more than 12 places. */
export function multiplyAmounts(a: Amount, b: Amount): Amount {
  const unit = 10n ** BigInt(PLACES)
  if ((a * b) % unit !== 0n) throw new Error('the product has too many places')
  return (a * b) / unit
}
