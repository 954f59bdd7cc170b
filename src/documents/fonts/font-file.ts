import * as fontkit from 'fontkit'
import type { Font } from 'fontkit'
import { unpackWoff2 } from './woff2.ts'

/** What is set in bold, and what is not. */
export const WEIGHTS = { regular: 400, bold: 640 } as const
export type Weight = keyof typeof WEIGHTS

/** A file of a family, and the fonts that its weights are. */
export interface FontFile {
  path: string
  has(codePoint: number): boolean
  at(weight: Weight): Font
}

export function openFontFile(path: string, woff2: Uint8Array): FontFile {
  const font = fontkit.create(unpackWoff2(woff2) as Buffer) as Font
  const fonts = new Map<Weight, Font>()
  return {
    path,
    has: (codePoint) => font.hasGlyphForCodePoint(codePoint),
    at(weight) {
      const opened = fonts.get(weight) ?? font.getVariation({ wght: WEIGHTS[weight] })
      fonts.set(weight, opened)
      return opened
    },
  }
}
