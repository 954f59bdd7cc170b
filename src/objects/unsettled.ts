/** What a caller is told while the configuration changes faster than it can be followed. */
export const UNSETTLED = 'Metrics or ingest aliases are being changed; try again shortly.'

/** Its status makes it a 503 where it reaches a caller of the API. */
export function unsettled(): Error {
  return Object.assign(new Error(UNSETTLED), { status: 503 })
}
