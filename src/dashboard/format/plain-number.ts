/** Whole groups of thousands: `0,125` is somebody's decimal comma. */
const GROUPED = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/

/** A number as it was typed, with thousands grouped or not, without what groups them. */
export function plainNumber(text: string): string {
  const plain = text.replace(/[\s_]/g, '')
  return GROUPED.test(plain) ? plain.replaceAll(',', '') : plain
}
