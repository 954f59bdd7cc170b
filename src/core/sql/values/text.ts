import { SqlLimitError } from '../sql-error.ts'

/** Texts that are computed have at most so many characters (code points). */
export const TEXT_CHARACTERS_MAX = 4_096

/** @throws SqlLimitError `text`, before the longer text is built */
export function concatenate(a: string, b: string): string {
  if (a.length + b.length > TEXT_CHARACTERS_MAX) {
    checkLength(codePointLength(a) + codePointLength(b))
  }
  return a + b
}

/** The text, if it is not too long. */
export function limited(text: string): string {
  if (text.length > TEXT_CHARACTERS_MAX) checkLength(codePointLength(text))
  return text
}

export function codePointLength(text: string): number {
  let length = text.length
  for (let i = 1; i < text.length; i++) {
    if (isTrail(text.charCodeAt(i)) && isLead(text.charCodeAt(i - 1))) {
      length--
      i++
    }
  }
  return length
}

/**
 * So many code points from a place, which counts from 1, or from the end where it is negative; all
 * that follow where `length` is null. Places outside of the text are passed over.
 */
export function substring(text: string, from: number, length: number | null): string {
  const characters = Array.from(text)
  const start = from < 0 ? Math.max(0, characters.length + from) : from - 1
  const end = length === null ? characters.length : start + length
  return characters.slice(Math.max(0, start), Math.max(0, end)).join('')
}

/**
 * With every occurrence of `from` replaced, from left to right; an empty one occurs nowhere.
 * @throws SqlLimitError `text`, before the longer text is built
 */
export function replaceText(text: string, from: string, to: string): string {
  if (from === '' || !text.includes(from)) return text
  const parts = text.split(from)
  if (to.length > from.length) {
    const length = text.length + (parts.length - 1) * (to.length - from.length)
    if (length > TEXT_CHARACTERS_MAX) {
      const grown = (parts.length - 1) * (codePointLength(to) - codePointLength(from))
      checkLength(codePointLength(text) + grown)
    }
  }
  return parts.join(to)
}

/** Without spaces at either end; other white space stays. */
export function trimSpaces(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) === 32) start++
  while (end > start && text.charCodeAt(end - 1) === 32) end--
  return text.slice(start, end)
}

function checkLength(length: number): void {
  if (length > TEXT_CHARACTERS_MAX) {
    throw new SqlLimitError('text', `a text has more than ${TEXT_CHARACTERS_MAX} characters`)
  }
}

function isLead(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isTrail(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
