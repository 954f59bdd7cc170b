import { diffStates, type LiveMessage, type LiveState } from './live-draft.ts'

/** What clients know that got all messages. */
export interface SentState extends LiveState {
  /** How long its message is at most, in UTF-16 code units. */
  units: number
  /** It was too large to be sent: clients were told to read it instead. */
  isTooLarge: boolean
}

export interface PlannedMessages {
  sent: SentState
  /** For clients that know what was sent before; null when nothing has changed. */
  change: string | null
  /** For others. It is made when it is asked for. */
  whole: () => string
}

/**
 * What to tell clients of a state: to those that follow, the change if that is enough, and to the
 * others all of it. What is longer than a message may be is not told: clients are to read it.
 * @param before what was sent last; null for nothing
 */
export function planMessages(
  before: SentState | null,
  state: Omit<LiveState, 'version'>,
  unitsMax: number,
): PlannedMessages {
  const difference = before && diffStates(before, state)
  const version = difference?.version ?? before?.version ?? 1
  const tellAll = once(() => write({ type: 'state', version, ...state }))
  const tellToRead = () => write({ type: 'resync', version })
  if (before !== null && difference === null) {
    const whole = before.isTooLarge ? tellToRead : tellAll
    return { sent: { ...before, ...state }, change: null, whole }
  }
  const change = difference && write(difference)
  // A change adds no more than its own length: only where that may be too much, all of it is counted.
  const atMost = before === null || change === null ? Infinity : before.units + change.length
  const units = atMost <= unitsMax ? atMost : tellAll().length
  const isTooLarge = units > unitsMax
  const whole = isTooLarge ? tellToRead : tellAll
  const sent = { version, ...state, units, isTooLarge }
  if (change === null) return { sent, change: null, whole }
  // What was never sent cannot be changed, and a change may be longer than all.
  const isEnough = !isTooLarge && before?.isTooLarge === false && change.length <= units
  return { sent, change: isEnough ? change : whole(), whole }
}

function write(message: LiveMessage): string {
  return JSON.stringify(message)
}

function once(make: () => string): () => string {
  let made: string | null = null
  return () => (made ??= make())
}
