import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** What a linter cannot say about the tree. */
const ROOTS = ['src', 'test', 'scripts', 'migrations', '.ci']
const FILE_LINES_MAX = 500
const DEPTH_MAX = 4
/** What pure code may import, and where it is the only one to do so. */
const CORE_PACKAGES = new Map([
  ['decimal.js', 'src/core/decimal.ts'],
  ['temporal-polyfill', 'src/core/time.ts'],
  ['uuid', 'src/core/id.ts'],
  ['node-sql-parser/build/postgresql.js', 'src/core/sql/read/cross-check.ts'],
])

const files = ROOTS.flatMap((root) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name)),
)
const sources = files.filter((file) => file.endsWith('.ts'))
const core = sources.filter((file) => file.startsWith('src/core/'))
const read = (file: string) => readFileSync(file, 'utf8')

test('every core file with a function has a mirrored test', () => {
  const untested = core.filter((file) => {
    const mirror = file.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')
    return hasFunction(read(file)) && !existsSync(mirror)
  })
  expect(untested).toEqual([])
})

test('no source file is longer than 500 lines', () => {
  expect(sources.filter((file) => read(file).split('\n').length > FILE_LINES_MAX + 1)).toEqual([])
})

test('no file lies deeper than four folders', () => {
  expect(files.filter((file) => file.split('/').length - 1 > DEPTH_MAX)).toEqual([])
})

test('no name says that a file is about nothing in particular', () => {
  const vague = /(^|\/)(utils?|helpers?|common|misc|shared|types|interfaces|services)(\/|\.)/
  expect(files.filter((file) => vague.test(file))).toEqual([])
})

test('no comment puts work off', () => {
  const marks = new RegExp(['TO', 'FIX'].map((word) => `\\b${word}(DO|ME)\\b`).join('|'))
  expect(sources.filter((file) => marks.test(read(file)))).toEqual([])
})

test('core imports core and a few pure packages, each in one place', () => {
  const stray = core.flatMap((file) =>
    importsOf(read(file))
      .filter((name) =>
        name.startsWith('.')
          ? !join(file, '..', name).startsWith('src/core/')
          : CORE_PACKAGES.get(name) !== file,
      )
      .map((name) => `${file} imports ${name}`),
  )
  expect(stray).toEqual([])
})

test('cells are changed in one place only: totals that are remembered depend on it', () => {
  const change = /\b(INSERT|REPLACE|UPDATE|DELETE)\b[^;`]*\bcell(s|_values)\b/
  const inSource = sources.filter((file) => file.startsWith('src/'))
  expect(inSource.filter((file) => change.test(read(file)))).toEqual([
    'src/objects/meter-cell-rows.ts',
  ])
})

test("the ids of an object's migrations are 1, 2, 3 and so on", () => {
  const lists = sources.filter((file) => /: ObjectMigration\[\] = \[/.test(read(file)))
  expect(lists.length).toBeGreaterThan(0)
  for (const file of lists) {
    const ids = [...read(file).matchAll(/^\s+(?:\{ )?id: (\d+)/gm)].map(([, id]) => Number(id))
    expect({ file, ids }).toEqual({ file, ids: ids.map((_, i) => i + 1) })
  }
})

function hasFunction(text: string): boolean {
  return /\bfunction\b|=>/.test(text.replace(/^(export )?(type|interface) [\s\S]*?^(?=\S)/gm, ''))
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import) '([^']+)'/g)].map(([, name]) => name ?? '')
}
