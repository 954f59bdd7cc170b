import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvRow } from '../../src/core/csv.ts'

test('cells with separators, quotes and line breaks are quoted', () => {
  expect(csvRow(['a', 'b,c', 'say "no"', 'two\r\nlines', ''])).toBe(
    'a,"b,c","say ""no""","two\r\nlines",\r\n',
  )
})

test('what a spreadsheet would run as a formula is text', () => {
  expect(csvRow(['=1+1', '+1', '-1', '@x', '\tx', 'a=1', ' =1'])).toBe(
    "'=1+1,'+1,'-1,'@x,'\tx,a=1, =1\r\n",
  )
  expect(csvRow(['=HYPERLINK("x")'])).toBe('"\'=HYPERLINK(""x"")"\r\n')
})

test('a row reads back as its cells', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (cells) => {
      const expected = cells.map((cell) =>
        /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell,
      )
      expect(readRow(csvRow(cells))).toEqual(expected)
    }),
  )
})

/** Reads one row by the grammar of RFC 4180. */
function readRow(text: string): string[] {
  const cells: string[] = []
  let at = 0
  for (;;) {
    let cell = ''
    if (text[at] === '"') {
      at++
      while (text[at] !== '"' || text[at + 1] === '"') {
        if (text[at] === '"') at++
        cell += text[at++]
      }
      at++
    } else while (text[at] !== ',' && text[at] !== '\r') cell += text[at++]
    cells.push(cell)
    if (text[at] === '\r') break
    at++
  }
  expect(text.slice(at)).toBe('\r\n')
  return cells
}
