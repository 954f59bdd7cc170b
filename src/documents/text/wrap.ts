import type { Weight } from '../fonts/font-file.ts'
import { ISOLATE_END, ISOLATE_START } from './characters.ts'
import type { Shaper } from './shape.ts'

const EAST = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
/** Spaces, what is between them, and each character of scripts without spaces. */
const WORDS =
  /\s+|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]\p{M}*|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu
const CLUSTERS = /\P{M}[\p{M}\u200c\u200d]*/gu

interface Word {
  text: string
  /** Which isolated text it is of; even numbers are ours. */
  part: number
}

export interface TextWidth {
  shaper: Shaper
  weight: Weight
  size: number
  /** In points. */
  width: number
}

/** Breaks a text into lines that fit; a word that is too long is broken as well. */
export function wrapText(text: string, place: TextWidth): string[] {
  const lines: Word[][] = [[]]
  let used = 0
  for (const word of splitWords(text).flatMap((whole) => breakWord(whole, place))) {
    const width = widthOf(word.text, place)
    const isSpace = word.text.trim() === ''
    if (used + width > place.width && used > 0 && !isSpace) {
      lines.push([])
      used = 0
    }
    if (isSpace && used === 0) continue
    lines.at(-1)!.push(word)
    used += width
  }
  return lines.map(joinWords).filter((line) => line !== '')
}

function splitWords(text: string): Word[] {
  const parts = text.split(new RegExp(`[${ISOLATE_START}${ISOLATE_END}]`))
  return parts.flatMap((part, i) =>
    (part.match(WORDS) ?? []).map((word) => ({ text: word, part: i })),
  )
}

function breakWord(word: Word, place: TextWidth): Word[] {
  if (EAST.test(word.text) || widthOf(word.text, place) <= place.width) return [word]
  const pieces = ['']
  for (const cluster of word.text.match(CLUSTERS) ?? []) {
    const longer = pieces.at(-1)! + cluster
    if (pieces.at(-1) === '' || widthOf(longer, place) <= place.width) {
      pieces[pieces.length - 1] = longer
    } else pieces.push(cluster)
  }
  return pieces.map((text) => ({ text, part: word.part }))
}

function widthOf(text: string, { shaper, weight, size }: TextWidth): number {
  return (shaper.measure(text, weight) * size) / 1_000
}

/** Puts what is isolated between its marks again. */
function joinWords(words: readonly Word[]): string {
  let joined = ''
  let part = 0
  for (const word of words) {
    if (word.part !== part) {
      if (part % 2 === 1) joined += ISOLATE_END
      if (word.part % 2 === 1) joined += ISOLATE_START
      part = word.part
    }
    joined += word.text
  }
  return (part % 2 === 1 ? joined + ISOLATE_END : joined).trimEnd()
}
