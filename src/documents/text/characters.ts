/** Marks a text of someone else's within one of ours, such as a name: it has a direction of its own. */
export const ISOLATE_START = '\u2068'
export const ISOLATE_END = '\u2069'

const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad]/g
const LONE_SURROGATES = /[\ud800-\udfff]/u
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\n]/u

/**
 * A text of someone else's as it is printed: in one line, composed, without characters that change
 * the direction of what follows.
 */
export function cleanText(text: string): string {
  const whole = LONE_SURROGATES.test(text) ? text.toWellFormed() : text
  return whole
    .normalize('NFC')
    .replace(CONTROLS, ' ')
    .replace(DIRECTIONS, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** A text of someone else's for a place within ours. */
export function isolate(text: string): string {
  return `${ISOLATE_START}${cleanText(text)}${ISOLATE_END}`
}

/** Whether nothing is to be seen of a character, so that no font needs to have it. */
export function isIgnorable(codePoint: number): boolean {
  return IGNORABLE.test(String.fromCodePoint(codePoint))
}

/** What is printed for a character that no font has. */
export function nameCodePoint(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
}
