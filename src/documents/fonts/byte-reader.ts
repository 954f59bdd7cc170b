/** Reads numbers as font files have them, big end first. */
export class ByteReader {
  at = 0
  readonly bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  skip(count: number): void {
    this.at += count
  }

  uint8(): number {
    return this.#view.getUint8(this.at++)
  }

  uint16(): number {
    this.at += 2
    return this.#view.getUint16(this.at - 2)
  }

  int16(): number {
    this.at += 2
    return this.#view.getInt16(this.at - 2)
  }

  uint32(): number {
    this.at += 4
    return this.#view.getUint32(this.at - 4)
  }

  tag(): string {
    return String.fromCharCode(this.uint8(), this.uint8(), this.uint8(), this.uint8())
  }

  /** A number of seven bits a byte. */
  base128(): number {
    let value = 0
    for (;;) {
      const byte = this.uint8()
      value = value * 128 + (byte & 0x7f)
      if (byte < 0x80) return value
    }
  }

  /** A number of mostly one byte. */
  packed16(): number {
    const code = this.uint8()
    if (code === 253) return this.uint16()
    if (code === 254) return this.uint8() + 506
    if (code === 255) return this.uint8() + 253
    return code
  }

  /** The next bytes as a reader of their own. */
  take(count: number): ByteReader {
    this.at += count
    return new ByteReader(this.bytes.subarray(this.at - count, this.at))
  }
}
