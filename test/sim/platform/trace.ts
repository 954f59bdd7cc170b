/** A hash of everything that happened, in order: two runs with the same one were the same run. */
export class Trace {
  private high = 0x811c9dc5
  private low = 0x01000193
  events = 0

  add(text: string): void {
    this.events += 1
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i)
      this.high = Math.imul(this.high ^ unit, 0x01000193)
      this.low = Math.imul(this.low ^ unit, 0x5bd1e995) ^ (this.high >>> 13)
    }
  }

  get hash(): string {
    return [this.high, this.low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  }
}
