export const TOKEN_SCOPES = ['full', 'read-only', 'ingest-only'] as const
export type TokenScope = (typeof TOKEN_SCOPES)[number]

/** What a route does, which decides the scopes that may call it. */
export type Access = 'read' | 'write' | 'ingest'

export function allows(scope: TokenScope, access: Access): boolean {
  if (scope === 'full') return true
  return scope === 'read-only' ? access === 'read' : access === 'ingest'
}
