/** What a client asks for with `Prefer` (RFC 7240); other preferences are ignored. */
export interface Preferences {
  /** `handling=strict`: one invalid event fails the whole batch (EV-35). */
  isStrict: boolean
  /** `return=representation`: the answer tells what became of each event. */
  wantsReceipts: boolean
}

export function readPreferences(request: Request): Preferences {
  const header = request.headers.get('prefer')
  if (header === null) return { isStrict: false, wantsReceipts: false }
  return {
    isStrict: /(?:^|,)\s*handling\s*=\s*"?strict"?\s*(?:[,;]|$)/i.test(header),
    wantsReceipts: /(?:^|,)\s*return\s*=\s*"?representation"?\s*(?:[,;]|$)/i.test(header),
  }
}

/** The headers by which an answer says which preferences were followed. */
export function confirmPreferences(preferences: Preferences): Record<string, string> {
  const { isStrict, wantsReceipts } = preferences
  const applied = [
    ...(wantsReceipts ? ['return=representation'] : []),
    ...(isStrict ? ['handling=strict'] : []),
  ]
  return applied.length > 0 ? { 'preference-applied': applied.join(', ') } : {}
}
