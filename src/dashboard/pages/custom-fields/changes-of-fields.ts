/** What to ask for so that an object has the values that someone typed; an empty one is none. */
export function changesOfFields(
  values: Readonly<Record<string, string>>,
  texts: Readonly<Record<string, string>>,
): { changed: Record<string, string>; cleared: string[] } {
  const typed = Object.entries(texts)
  return {
    changed: Object.fromEntries(typed.filter(([key, text]) => text !== '' && text !== values[key])),
    cleared: typed.filter(([key, text]) => text === '' && key in values).map(([key]) => key),
  }
}
