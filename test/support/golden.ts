/** A value of the API with each id replaced by what it is called, or by its number of appearance. */
export function withoutIds(value: unknown, names: Record<string, string>): unknown {
  const byId = new Map(Object.entries(names).map(([name, id]) => [id, name]))
  const nameOf = (id: string) => {
    const known = byId.get(id) ?? `id ${byId.size + 1 - Object.keys(names).length}`
    byId.set(id, known)
    return known
  }
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return part.replace(UUID, nameOf)
    if (Array.isArray(part)) return part.map(walk)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, walk(member)]))
  }
  return walk(value)
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
