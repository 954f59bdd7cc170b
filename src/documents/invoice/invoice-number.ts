/** Without letters that look like digits. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CHARACTERS = 10

/**
 * A number that people can read out and type, such as `INV-7K3QW-9X2MB`: the first 50 bits that an
 * invoice's id has of chance. It is the same as long as the id is, as a draft and for good.
 */
export function invoiceNumber(invoiceId: string): string {
  const digits = invoiceId.replaceAll('-', '').slice(0, 12)
  let rest = BigInt(`0x${/^[0-9a-f]+$/i.test(digits) ? digits.padEnd(13, '0') : '0'}`) >> 2n
  let text = ''
  for (let i = 0; i < CHARACTERS; i++) {
    text = LETTERS[Number(rest & 31n)]! + text
    rest >>= 5n
  }
  return `INV-${text.slice(0, 5)}-${text.slice(5)}`
}
