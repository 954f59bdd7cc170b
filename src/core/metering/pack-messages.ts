/** A queue takes messages of 128,000 bytes; the rest is for what surrounds the events. */
export const MESSAGE_BYTES_MAX = 120_000

export interface PackedMessage {
  /** JSON text of an array of events. */
  events: string
  /** The earliest timestamp among them. */
  timeMin: number
}

/**
 * Packs events into as few messages as hold them, in their order. A message carries the events as
 * a JSON text inside of JSON, so they are measured as they will be escaped there.
 */
export function packMessages(
  events: readonly { raw: unknown; timestampMs: number }[],
): PackedMessage[] {
  const messages: { texts: string[]; bytes: number; timeMin: number }[] = []
  for (const { raw, timestampMs } of events) {
    const text = JSON.stringify(raw)
    const bytes = encoder.encode(JSON.stringify(text)).length
    let last = messages.at(-1)
    if (last === undefined || last.bytes + bytes > MESSAGE_BYTES_MAX) {
      messages.push((last = { texts: [], bytes: 0, timeMin: Infinity }))
    }
    last.texts.push(text)
    last.bytes += bytes
    last.timeMin = Math.min(last.timeMin, timestampMs)
  }
  return messages.map(({ texts, timeMin }) => ({ events: `[${texts.join(',')}]`, timeMin }))
}

const encoder = new TextEncoder()
