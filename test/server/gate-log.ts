/** A request; its times are places in the order of all requests and answers. */
export interface Asked {
  askedAt: number
  /** Absent while no answer has come. */
  answeredAt?: number
}

export interface AskedGate extends Asked {
  units: number
  key: string
  /** Null where it was denied; absent while no answer has come. */
  hold?: string | null
  /** How it was settled, or with 0, released. */
  end?: Asked & { units: number }
}

/** Usage that no gate was asked for. */
export interface AskedUse extends Asked {
  id: string
  units: number
}

/** All that a client has asked for, and when. */
export interface GateLog {
  gates: AskedGate[]
  uses: AskedUse[]
  /** The time of what is noted next. */
  time: number
}

export function startGate(log: GateLog, units: number): AskedGate {
  const gate = { units, key: `gate-${log.gates.length}`, askedAt: log.time++ }
  log.gates.push(gate)
  return gate
}

export function startUse(log: GateLog, units: number): AskedUse {
  const use = { units, id: `use-${log.uses.length}`, askedAt: log.time++ }
  log.uses.push(use)
  return use
}

export function startEnd(log: GateLog, gate: AskedGate, units: number): void {
  gate.end = { units, askedAt: log.time++ }
}

export function noteAnswer(log: GateLog, asked: Asked): void {
  asked.answeredAt = log.time++
}

/** At most so many units were certainly held or used at one time: an end counts once it is asked. */
export function committedMost({ gates, uses, time }: GateLog): number {
  const changes = Array.from({ length: time }, () => 0)
  for (const { units, hold, answeredAt, end } of gates) {
    if (typeof hold !== 'string' || answeredAt === undefined) continue
    changes[answeredAt]! += units
    if (end !== undefined) changes[end.askedAt]! -= units - end.units
  }
  for (const { units, answeredAt } of uses) {
    if (answeredAt !== undefined) changes[answeredAt]! += units
  }
  let committed = 0
  return changes.reduce((most, change) => Math.max(most, (committed += change)), 0)
}

/** As many units may have been held or used at once while a gate was decided, but for its own. */
export function committedMostDuring({ gates, uses }: GateLog, gate: AskedGate): number {
  const answeredAt = gate.answeredAt ?? Infinity
  let committed = 0
  for (const other of gates) {
    if (other === gate || other.hold === null || other.askedAt > answeredAt) continue
    const isEnded = (other.end?.answeredAt ?? Infinity) < gate.askedAt
    committed += isEnded ? other.end!.units : other.units
  }
  for (const { units, askedAt } of uses) if (askedAt < answeredAt) committed += units
  return committed
}

/** What is held and used for certain once all that was asked for again has been answered … */
export function committedNow({ gates, uses }: GateLog): number {
  const held = gates.filter(({ hold }) => typeof hold === 'string')
  return (
    sum(held.map(({ units, end }) => end?.units ?? units)) + sum(uses.map(({ units }) => units))
  )
}

/** … and what is held by gates that have never been answered, or not. */
export function doubtfulNow({ gates }: GateLog): number {
  return sum(gates.filter(({ hold }) => hold === undefined).map(({ units }) => units))
}

/** What was ingested. */
export function usedNow({ gates, uses }: GateLog): number {
  return sum(gates.map(({ end }) => end?.units ?? 0)) + sum(uses.map(({ units }) => units))
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
