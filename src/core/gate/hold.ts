export const HOLD_STATES = ['HELD', 'SETTLING', 'SETTLED', 'RELEASED'] as const
export type HoldState = (typeof HOLD_STATES)[number]

/** What a gate has let through and keeps free, until it is settled, released or expires. */
export interface Hold {
  id: string
  state: HoldState
  createdAt: number
  expiresAt: number
  /** JSON text of the events that it was asked for: the digits of their numbers count. */
  events: string
}

/** Whether a hold is kept free at an instant: while it is settled, it is even if it has expired. */
export function isActive(
  { state, expiresAt }: Pick<Hold, 'state' | 'expiresAt'>,
  now: number,
): boolean {
  return state === 'SETTLING' || (state === 'HELD' && now < expiresAt)
}
