/** Writes numbers as font files have them, big end first. */
export class ByteWriter {
  #view = new DataView(new ArrayBuffer(1_024))
  length = 0

  uint8(value: number): void {
    this.#reserve(1)
    this.#view.setUint8(this.length - 1, value)
  }

  uint16(value: number): void {
    this.#reserve(2)
    this.#view.setUint16(this.length - 2, value)
  }

  int16(value: number): void {
    this.#reserve(2)
    this.#view.setInt16(this.length - 2, value)
  }

  uint32(value: number): void {
    this.#reserve(4)
    this.#view.setUint32(this.length - 4, value)
  }

  align(to: number): void {
    while (this.length % to !== 0) this.uint8(0)
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.length)
  }

  #reserve(count: number): void {
    this.length += count
    if (this.length <= this.#view.byteLength) return
    const larger = new Uint8Array(this.#view.byteLength * 2)
    larger.set(new Uint8Array(this.#view.buffer))
    this.#view = new DataView(larger.buffer)
  }
}
