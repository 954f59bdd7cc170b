/** Which file of a family has which characters. */
export type FamilyIndex = readonly {
  path: string
  ranges: readonly (readonly [from: number, to: number])[]
}[]

/**
 * The index of a family from its package's `unicode.json`: ranges of characters as CSS writes them,
 * by the name of the part that has them.
 */
export function readIndex(family: string, unicode: Record<string, string>): FamilyIndex {
  return Object.entries(unicode).map(([part, css]) => ({
    path: `${family}/${family}-${part.replace(/[[\]]/g, '')}-wght-normal.woff2`,
    ranges: css.split(',').map((range) => {
      const [from, to] = range.slice(2).split('-')
      return [Number.parseInt(from!, 16), Number.parseInt(to ?? from!, 16)] as const
    }),
  }))
}

/** The file that should have a character; undefined for none. */
export function findFile(index: FamilyIndex, codePoint: number): string | undefined {
  return index.find(({ ranges }) =>
    ranges.some(([from, to]) => from <= codePoint && codePoint <= to),
  )?.path
}
