const LENGTH_MAX = 40

/** The candidate that a name was probably meant to be: few edits away, compared without case. */
export function suggest(name: string, candidates: Iterable<string>): string | null {
  if (name.length > LENGTH_MAX) return null
  const wanted = name.toLowerCase()
  let best: { candidate: string; edits: number } | null = null
  for (const candidate of candidates) {
    if (candidate.length > LENGTH_MAX) continue
    const edits = countEdits(wanted, candidate.toLowerCase())
    if (edits <= allowedEdits(wanted) && edits < (best?.edits ?? Infinity)) {
      best = { candidate, edits }
    }
  }
  return best?.candidate ?? null
}

function allowedEdits(name: string): number {
  if (name.length <= 2) return 0
  return name.length <= 5 ? 1 : 2
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1]
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const edits = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1))
      row.push(isSwap ? Math.min(edits, beforeLast[j - 2]! + 1) : edits)
    }
    beforeLast = last
    last = row
  }
  return last[to.length]!
}
