/**
 * Orders texts by Unicode code point, as SQLite and most databases do. JavaScript's `<` compares
 * UTF-16 units, which puts U+1F600 (a surrogate pair) before U+FFFD.
 * @returns negative, zero or positive, as sort functions want it
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i)
    const unitB = b.charCodeAt(i)
    if (unitA === unitB) continue
    const isSurrogateA = isSurrogate(unitA)
    if (isSurrogateA === isSurrogate(unitB)) return unitA - unitB
    return isSurrogateA ? 1 : -1
  }
  return a.length - b.length
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
