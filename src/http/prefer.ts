import type { AppContext } from './context.ts'

/** What a client asks for with `Prefer` (RFC 7240); other preferences are ignored. */
export interface Preferences {
  /** `handling=strict`: one invalid event fails the whole batch (EV-35). */
  isStrict: boolean
  /** `return=representation`: the answer tells what became of each event. */
  wantsReceipts: boolean
}

export function readPreferences(c: AppContext): Preferences {
  const header = c.req.header('prefer') ?? ''
  return {
    isStrict: /(?:^|,)\s*handling\s*=\s*"?strict"?\s*(?:[,;]|$)/i.test(header),
    wantsReceipts: /(?:^|,)\s*return\s*=\s*"?representation"?\s*(?:[,;]|$)/i.test(header),
  }
}

/** Says in the answer which preferences were followed. */
export function confirmPreferences(c: AppContext, { isStrict, wantsReceipts }: Preferences): void {
  const applied = [
    ...(wantsReceipts ? ['return=representation'] : []),
    ...(isStrict ? ['handling=strict'] : []),
  ]
  if (applied.length > 0) c.header('preference-applied', applied.join(', '))
}
