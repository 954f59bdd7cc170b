import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FAMILIES } from '../../src/documents/fonts/families.ts'
import { readIndex } from '../../src/documents/fonts/font-index.ts'

/** Puts the fonts of invoices, and which characters each file has, into a folder by family. */
export function copyFonts(directory: string): void {
  for (const { name } of FAMILIES) {
    const index = fileURLToPath(import.meta.resolve(`@fontsource-variable/${name}/unicode.json`))
    const files = join(dirname(index), 'files')
    const folder = join(directory, name)
    mkdirSync(folder, { recursive: true })
    copyFileSync(index, join(folder, 'unicode.json'))
    for (const { path } of readIndex(name, JSON.parse(readFileSync(index, 'utf8')))) {
      copyFileSync(join(files, basename(path)), join(folder, basename(path)))
    }
  }
}
