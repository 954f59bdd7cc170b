const ROOM_DEFAULT = 1 << 12
/** Beyond this, bit operations on 32-bit integers fail. */
const SMALL_MAX = 2 ** 28

/** Bytes that are written one after the other. */
export class ByteWriter {
  private buffer = new Uint8Array(ROOM_DEFAULT)
  private length = 0

  /** A copy of what was written. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length)
  }

  /** A non-negative safe integer, seven bits a byte, the lowest first. */
  writeNumber(value: number): void {
    this.reserve(8)
    let rest = value
    while (rest > SMALL_MAX) {
      this.buffer[this.length++] = 0x80 | (rest % 0x80)
      rest = Math.floor(rest / 0x80)
    }
    while (rest >= 0x80) {
      this.buffer[this.length++] = 0x80 | (rest & 0x7f)
      rest >>>= 7
    }
    this.buffer[this.length++] = rest
  }

  /** Any integer of up to 52 bits: small ones of either sign are short. */
  writeSigned(value: number): void {
    this.writeNumber(value < 0 ? -value * 2 - 1 : value * 2)
  }

  writeBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  /** Adds `count` zeros, and returns them for filling in before the next write. */
  writeRoom(count: number): Uint8Array {
    this.reserve(count)
    this.length += count
    return this.buffer.subarray(this.length - count, this.length)
  }

  private reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.buffer.length) return
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2))
    larger.set(this.buffer.subarray(0, this.length))
    this.buffer = larger
  }
}

/** Reads what a `ByteWriter` wrote, in the same order. */
export class ByteReader {
  private readonly buffer: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.buffer = bytes
  }

  readNumber(): number {
    // Most numbers are a byte.
    const first = this.buffer[this.at]
    if (first !== undefined && first < 0x80) {
      this.at++
      return first
    }
    let value = 0
    let factor = 1
    for (;;) {
      const byte = this.buffer[this.at++]
      if (byte === undefined) throw new RangeError('The bytes end within a number.')
      if (byte < 0x80) return value + byte * factor
      value += (byte & 0x7f) * factor
      factor *= 0x80
    }
  }

  readSigned(): number {
    const value = this.readNumber()
    if (value <= SMALL_MAX) return value & 1 ? -((value + 1) >> 1) : value >> 1
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** A view, not a copy. */
  readBytes(count: number): Uint8Array {
    const end = this.at + count
    if (end > this.buffer.length) throw new RangeError('The bytes end too early.')
    this.at = end
    return this.buffer.subarray(end - count, end)
  }
}
