import type { Line } from '../actions/ingest-bulk.ts'
import { RefusalError } from '../core/result.ts'
import { NOT_UTF8 } from './body.ts'

/**
 * The lines of a text that comes in parts, without those that are blank; they are numbered from 1
 * as in the text. No more than a part and a line is held.
 * A part that is no UTF-8 ends them with a `RefusalError`.
 * @param unitsMax a longer line is cut off there, and says so
 */
export async function* readLines(
  parts: AsyncIterable<Uint8Array>,
  unitsMax: number,
): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  const decode = (part?: Uint8Array) => {
    try {
      return decoder.decode(part, { stream: part !== undefined })
    } catch {
      throw new RefusalError({ code: 'invalid', message: NOT_UTF8 })
    }
  }
  let number = 0
  let rest = ''
  const toLines = (texts: string[]): Line[] =>
    texts.flatMap((text) => {
      number++
      const isCut = text.length > unitsMax
      if (!isCut && text.trim() === '') return []
      return [{ number, text: isCut ? text.slice(0, unitsMax) : text, isCut }]
    })
  for await (const part of parts) {
    const texts = (rest + decode(part)).split('\n')
    // Of a line that is too long already, no more is kept than tells so.
    rest = (texts.pop() ?? '').slice(0, unitsMax + 1)
    yield toLines(texts)
  }
  yield toLines([rest + decode()])
}
