export const TOKEN_SCOPES = ['full', 'read-only', 'ingest-only'] as const
export type TokenScope = (typeof TOKEN_SCOPES)[number]

/** The scope of who calls; `embedded` is an embedded page, which reads what is its customer's. */
export type CallerScope = TokenScope | 'embedded'

/** What a route does, which decides the scopes that may call it. */
export type Access = 'read' | 'write' | 'ingest'

export function allows(scope: CallerScope, access: Access): boolean {
  if (scope === 'full') return true
  return scope === 'ingest-only' ? access === 'ingest' : access === 'read'
}
