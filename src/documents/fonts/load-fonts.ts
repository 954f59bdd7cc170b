import { isIgnorable } from '../text/characters.ts'
import { familiesFor } from './families.ts'
import { openFontFile, type FontFile } from './font-file.ts'
import { findFile, readIndex, type FamilyIndex } from './font-index.ts'

/** Reads `<family>/unicode.json` or `<family>/<file>.woff2`; null: there is no such file. */
export type ReadFontFile = (path: string) => Promise<Uint8Array | null>

/** The fonts that some texts need. */
export interface FontSet {
  /** By code point. */
  files: ReadonlyMap<number, FontFile>
  /** Code points that no font has, in order. */
  missing: number[]
}

/** Characters that are always there: numbers of code points that no font has are spelled in them. */
const ALWAYS = ' +0123456789ABCDEFU[]'

/**
 * Loads what is needed to print texts, and no more: each family is cut into files by range of
 * characters. The texts decide everything, so that the same ones give the same fonts.
 */
export async function loadFonts(
  texts: readonly string[],
  read: ReadFontFile,
): Promise<FontSet | null> {
  const all = texts.join('\n')
  const wanted = new Set([...ALWAYS, ...all].map((character) => character.codePointAt(0)!))
  const loader = fontLoader(read)
  const files = new Map<number, FontFile>()
  const japanese = /\p{Script=Han}/u.test(all) ? await loader.index('noto-sans-jp') : []
  const families = familiesFor(all, (codePoint) => findFile(japanese, codePoint) !== undefined)
  for (const { name, blocks } of families) {
    const open = [...wanted].filter((codePoint) => {
      if (files.has(codePoint) || isIgnorable(codePoint)) return false
      return (
        blocks === undefined || blocks.some(([from, to]) => from <= codePoint && codePoint <= to)
      )
    })
    if (open.length === 0) continue
    const index = await loader.index(name)
    for (const codePoint of open) {
      const path = findFile(index, codePoint)
      const file = path === undefined ? null : await loader.file(path)
      if (file?.has(codePoint) === true) files.set(codePoint, file)
    }
  }
  if (!files.has(ALWAYS.codePointAt(0)!)) return null
  const missing = [...wanted].filter(
    (codePoint) => !files.has(codePoint) && !isIgnorable(codePoint),
  )
  return { files, missing: missing.sort((a, b) => a - b) }
}

/** So many files are kept open for the next document: most documents need the same few. */
const OPEN_FILES_MAX = 16
const openFiles = new Map<string, FontFile>()
const indexes = new Map<string, FamilyIndex>()

function fontLoader(read: ReadFontFile) {
  return {
    async index(family: string): Promise<FamilyIndex> {
      const known = indexes.get(family)
      if (known !== undefined) return known
      const bytes = await read(`${family}/unicode.json`)
      if (bytes === null) return []
      const index = readIndex(family, JSON.parse(new TextDecoder().decode(bytes)))
      indexes.set(family, index)
      return index
    },
    async file(path: string): Promise<FontFile | null> {
      const known = openFiles.get(path)
      if (known !== undefined) {
        // The one that was used last goes last.
        openFiles.delete(path)
        openFiles.set(path, known)
        return known
      }
      const bytes = await read(path)
      if (bytes === null) return null
      const opened = openFontFile(path, bytes)
      openFiles.set(path, opened)
      const [oldest] = openFiles.keys()
      if (openFiles.size > OPEN_FILES_MAX && oldest !== undefined) openFiles.delete(oldest)
      return opened
    },
  }
}
