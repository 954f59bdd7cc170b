/** A reader looked at a text more often than it may. */
export class ReadingLimitError extends Error {}

/**
 * A text that gives out after so many looks at it. A backtracking parser may look at each character
 * again and again, so that its time is bounded by nothing else that could be known beforehand; and
 * unlike a clock, looks are counted alike everywhere.
 */
export class MeteredText {
  readonly length: number
  private readonly text: string
  private looksLeft: number

  constructor(text: string, looksMax: number) {
    this.text = text
    this.length = text.length
    this.looksLeft = looksMax
  }

  charCodeAt(at: number): number {
    this.look()
    return this.text.charCodeAt(at)
  }

  charAt(at: number): string {
    this.look()
    return this.text.charAt(at)
  }

  substr(start: number, length: number): string {
    this.look()
    return this.text.slice(start, start + length)
  }

  trim(): this {
    return this
  }

  toString(): string {
    return this.text
  }

  private look(): void {
    this.looksLeft -= 1
    if (this.looksLeft < 0) throw new ReadingLimitError('the text was looked at too often')
  }
}
