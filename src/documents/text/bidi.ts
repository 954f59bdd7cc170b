/** Classes of characters (UAX #9, table 4); explicit codes are taken out before. */
type BidiClass = 'L' | 'R' | 'AL' | 'EN' | 'ES' | 'ET' | 'AN' | 'CS' | 'NSM' | 'WS' | 'ON'

const ARABIC = /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}]/u
const LETTER = /[\p{L}\p{N}\p{Mc}]/u

function classOf(character: string): BidiClass {
  if (/[0-9\u06f0-\u06f9\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]/.test(character)) return 'EN'
  if (/[\u0660-\u0669\u066b\u066c\u06dd\u0600-\u0605]/.test(character)) return 'AN'
  if (/[+\-\u2212\u207a\u207b]/.test(character)) return 'ES'
  if (/[#$%\u00a2-\u00a5\u00b0\u00b1\u066a\u2030-\u2034\u20a0-\u20cf]/.test(character)) return 'ET'
  if (/[,./:\u00a0\u060c\u202f]/.test(character)) return 'CS'
  if (/[\p{Mn}\p{Me}]/u.test(character)) return 'NSM'
  if (/\s/.test(character)) return 'WS'
  if (/[\p{P}\p{S}]/u.test(character) && !ARABIC.test(character)) return 'ON'
  if (ARABIC.test(character)) return 'AL'
  if (RIGHT_TO_LEFT.test(character)) return 'R'
  return LETTER.test(character) ? 'L' : 'ON'
}

/**
 * The level of each character of a paragraph: even ones are read from left to right, odd ones from
 * right to left (UAX #9 without explicit codes and pairs of brackets). The first letter decides on
 * the paragraph.
 */
export function resolveLevels(characters: readonly string[]): number[] {
  const classes = characters.map(classOf)
  const first = classes.find((name) => name === 'L' || name === 'R' || name === 'AL')
  const base = first === 'R' || first === 'AL' ? 1 : 0
  if (base === 0 && !classes.some((name) => name === 'R' || name === 'AL' || name === 'AN')) {
    return classes.map(() => 0)
  }
  const outer: BidiClass = base === 1 ? 'R' : 'L'
  const resolved = resolveNeutrals(resolveNumbers(classes, outer), outer)
  const levels = resolved.map((name) => {
    if (base === 0) return name === 'R' ? 1 : name === 'L' ? 0 : 2
    return name === 'R' ? 1 : 2
  })
  // Spaces at the end are the paragraph's (L1).
  for (let i = levels.length - 1; i >= 0 && classes[i] === 'WS'; i--) levels[i] = base
  return levels
}

/** Rules W1 to W7. */
function resolveNumbers(classes: readonly BidiClass[], outer: BidiClass): BidiClass[] {
  const out = [...classes]
  let strong: BidiClass = outer
  for (let i = 0; i < out.length; i++) {
    if (out[i] === 'NSM') out[i] = out[i - 1] ?? outer
    const now = out[i]!
    if (now === 'L' || now === 'R' || now === 'AL') strong = now
    if (now === 'EN' && strong === 'AL') out[i] = 'AN'
  }
  for (let i = 0; i < out.length; i++) if (out[i] === 'AL') out[i] = 'R'
  for (let i = 1; i + 1 < out.length; i++) {
    const [before, after] = [out[i - 1], out[i + 1]]
    if (before !== after) continue
    if (out[i] === 'ES' && before === 'EN') out[i] = 'EN'
    if (out[i] === 'CS' && (before === 'EN' || before === 'AN')) out[i] = before
  }
  for (let i = 0; i < out.length;) {
    if (out[i] !== 'ET') {
      i++
      continue
    }
    let end = i
    while (out[end] === 'ET') end++
    const isNumber = out[i - 1] === 'EN' || out[end] === 'EN'
    out.fill(isNumber ? 'EN' : 'ON', i, end)
    i = end
  }
  strong = outer
  return out.map((name) => {
    if (name === 'L' || name === 'R') strong = name
    if (name === 'EN' && strong === 'L') return 'L'
    return name === 'ES' || name === 'CS' || name === 'WS' ? 'ON' : name
  })
}

/** Rules N1 and N2: between two of one direction, numbers counting as right to left, it goes on. */
function resolveNeutrals(classes: readonly BidiClass[], outer: BidiClass): BidiClass[] {
  const out = [...classes]
  const direction = (name: BidiClass | undefined) =>
    name === undefined ? outer : name === 'L' ? 'L' : 'R'
  for (let i = 0; i < out.length;) {
    if (out[i] !== 'ON') {
      i++
      continue
    }
    let end = i
    while (out[end] === 'ON') end++
    const before = direction(out[i - 1])
    out.fill(before === direction(out[end]) ? before : outer, i, end)
    i = end
  }
  return out
}

/** Puts runs into the order in which they are printed from left to right (rule L2). */
export function reorderRuns<Run extends { level: number }>(runs: readonly Run[]): Run[] {
  const out = [...runs]
  const highest = Math.max(0, ...runs.map(({ level }) => level))
  for (let level = highest; level > 0; level--) {
    for (let i = 0; i < out.length;) {
      let end = i
      while (end < out.length && out[end]!.level >= level) end++
      out.splice(i, end - i, ...out.slice(i, end).toReversed())
      i = Math.max(end, i + 1)
    }
  }
  return out
}

const MIRRORED = '()[]{}<>«»‹›'

/** The bracket that is printed for one where text runs from right to left (rule L4). */
export function mirror(character: string): string {
  const at = MIRRORED.indexOf(character)
  return at < 0 ? character : MIRRORED[at % 2 === 0 ? at + 1 : at - 1]!
}
