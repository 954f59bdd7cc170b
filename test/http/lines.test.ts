import { expect, test } from 'vitest'
import { readLines } from '../../src/http/lines.ts'

async function linesOf(text: string, partBytes: number, unitsMax = 20) {
  const bytes = new TextEncoder().encode(text)
  async function* parts() {
    for (let i = 0; i < bytes.length; i += partBytes) yield bytes.subarray(i, i + partBytes)
  }
  const lines: [number, string, boolean][] = []
  for await (const some of readLines(parts(), unitsMax)) {
    lines.push(
      ...some.map(({ number, text: line, isCut }): [number, string, boolean] => [
        number,
        line,
        isCut,
      ]),
    )
  }
  return lines
}

test('lines are the same however the text is cut into parts', async () => {
  const text = '\uFEFFfirst\n\n  \r\nzoë 🚀\r\nlast'
  for (const partBytes of [1, 2, 3, 7, 100]) {
    expect(await linesOf(text, partBytes)).toEqual([
      [1, 'first', false],
      [4, 'zoë 🚀\r', false],
      [5, 'last', false],
    ])
  }
})

test('a final newline ends the last line, and starts no other', async () => {
  expect(await linesOf('a\nb\n', 100)).toEqual([
    [1, 'a', false],
    [2, 'b', false],
  ])
  expect(await linesOf('', 100)).toEqual([])
  expect(await linesOf('\n\n', 1)).toEqual([])
})

test('a line that is too long is cut off, and the next one is whole', async () => {
  const text = `${'a'.repeat(20)}\n${'b'.repeat(21)}\n${' '.repeat(90)}\nc\n${'d'.repeat(500)}`
  for (const partBytes of [1, 13, 1_000]) {
    expect(await linesOf(text, partBytes)).toEqual([
      [1, 'a'.repeat(20), false],
      [2, 'b'.repeat(20), true],
      [3, ' '.repeat(20), true],
      [4, 'c', false],
      [5, 'd'.repeat(20), true],
    ])
  }
})

test('bytes that are no UTF-8 end the lines, after those before them', async () => {
  async function* parts() {
    yield new TextEncoder().encode('good\n')
    yield Uint8Array.of(0x63, 0xe9, 0x0a)
  }
  const seen: string[] = []
  const reading = async () => {
    for await (const lines of readLines(parts(), 20)) seen.push(...lines.map(({ text }) => text))
  }
  await expect(reading()).rejects.toThrow('not valid UTF-8')
  expect(seen).toEqual(['good'])
})
