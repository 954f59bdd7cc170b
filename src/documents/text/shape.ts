import type { Glyph } from 'fontkit'
import type { FontFile, Weight } from '../fonts/font-file.ts'
import type { FontSet } from '../fonts/load-fonts.ts'
import { mirror, reorderRuns, resolveLevels } from './bidi.ts'
import { isIgnorable, ISOLATE_END, ISOLATE_START, nameCodePoint } from './characters.ts'

/** A glyph in its place; lengths are in thousandths of the type's size. */
export interface PlacedGlyph {
  glyph: Glyph
  advance: number
  dx: number
  dy: number
}

/** Glyphs of one font, from left to right. */
export interface ShapedRun {
  file: FontFile
  weight: Weight
  glyphs: PlacedGlyph[]
  width: number
  /** What it says, where the order of glyphs does not tell. */
  says?: string
}

/** Turns texts into glyphs, by the fonts of one document. */
export interface Shaper {
  /** In thousandths of the type's size. */
  measure(text: string, weight: Weight): number
  shape(text: string, weight: Weight): ShapedRun[]
}

export function createShaper(fonts: FontSet): Shaper {
  const shaped = new Map<string, ShapedRun[]>()
  const shape = (text: string, weight: Weight): ShapedRun[] => {
    const key = `${weight} ${text}`
    const known = shaped.get(key)
    if (known !== undefined) return known
    const runs =
      NUMBER.test(text) && text.length > 1
        ? joinRuns([...text].flatMap((character) => shape(character, weight)))
        : splitIsolates(text).flatMap((part) => shapePart(part, weight, fonts))
    shaped.set(key, runs)
    return runs
  }
  const measure = (text: string, weight: Weight) =>
    shape(text, weight).reduce((sum, { width }) => sum + width, 0)
  return { measure, shape }
}

/** Long invoices have thousands of numbers, no two the same, whose digits stand for themselves. */
const NUMBER = /^[\d.,’−\u00a0]+$/

function joinRuns(runs: readonly ShapedRun[]): ShapedRun[] {
  const [first] = runs
  if (first === undefined || runs.some(({ file }) => file !== first.file)) return [...runs]
  const glyphs = runs.flatMap((run) => run.glyphs)
  return [{ ...first, glyphs, width: runs.reduce((sum, { width }) => sum + width, 0) }]
}

function splitIsolates(text: string): string[] {
  return text.split(new RegExp(`[${ISOLATE_START}${ISOLATE_END}]`)).filter((part) => part !== '')
}

interface TextRun {
  level: number
  file: FontFile
  text: string
}

function shapePart(part: string, weight: Weight, fonts: FontSet): ShapedRun[] {
  const known = [...part].flatMap((character) => printable(character, fonts))
  const levels = resolveLevels(known)
  const runs: TextRun[] = []
  for (const [i, character] of known.entries()) {
    const level = levels[i]!
    const last = runs.at(-1)
    const file = fileFor(character, last, fonts)
    if (file === undefined) continue
    const printed = level % 2 === 1 ? mirror(character) : character
    if (last !== undefined && last.level === level && last.file === file) last.text += printed
    else runs.push({ level, file, text: printed })
  }
  return reorderRuns(runs).map((run) => shapeRun(run, weight))
}

/** The characters that stand for one: itself, or its number where no font has it. */
function printable(character: string, fonts: FontSet): string[] {
  const codePoint = character.codePointAt(0)!
  if (fonts.files.has(codePoint) || isIgnorable(codePoint)) return [character]
  return [...`[${nameCodePoint(codePoint)}]`]
}

const JOINS = /[\p{M}\u200c\u200d]/u

/** Marks and joiners stay with what they belong to where its font has them. */
function fileFor(
  character: string,
  last: TextRun | undefined,
  fonts: FontSet,
): FontFile | undefined {
  const codePoint = character.codePointAt(0)!
  if (last !== undefined && JOINS.test(character) && last.file.has(codePoint)) return last.file
  const own = fonts.files.get(codePoint)
  if (own !== undefined) return own
  const isSpace = /\s/.test(character)
  return isSpace ? fonts.files.get(0x20) : undefined
}

const REORDERED = /[\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Thai}]/u

function shapeRun({ level, file, text }: TextRun, weight: Weight): ShapedRun {
  const font = file.at(weight)
  const direction = level % 2 === 1 ? 'rtl' : 'ltr'
  const laid = font.layout(text, undefined, undefined, undefined, direction)
  const scale = 1_000 / font.unitsPerEm
  const round = (units: number) => Math.round(units * scale)
  const glyphs = laid.glyphs.map((glyph, i) => {
    const { xAdvance, xOffset, yOffset } = laid.positions[i]!
    return { glyph, advance: round(xAdvance), dx: round(xOffset), dy: round(yOffset) }
  })
  return {
    file,
    weight,
    glyphs,
    width: glyphs.reduce((sum, { advance }) => sum + advance, 0),
    ...(REORDERED.test(text) && { says: text }),
  }
}
