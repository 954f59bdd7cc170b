/**
 * A row of CSV (RFC 4180), its line break included. Spreadsheets run a cell as a formula that begins
 * like one: such a cell gets an apostrophe first, which they do not show.
 */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
