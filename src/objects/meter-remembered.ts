/** So much is remembered of a meter's cells, in units of about two bytes. */
const UNITS_MAX = 8 * 1024 * 1024

interface OfId {
  byQuestion: Map<string, unknown>
  units: number
}

/**
 * Answers about cells of an ingest id are remembered until one of them changes: drafts and
 * dashboards are read again and again.
 */
const remembered = new WeakMap<SqlStorage, { byId: Map<number, OfId>; units: number }>()

/**
 * @param question one for each type of answer, with all that it depends on besides the id's cells
 * @returns what was remembered, or undefined
 */
export function recall(sql: SqlStorage, idIndex: number, question: string): unknown {
  return remembered.get(sql)?.byId.get(idIndex)?.byQuestion.get(question)
}

/** @param answer is not changed from now on */
export function remember(
  sql: SqlStorage,
  idIndex: number,
  { question, answer, units }: { question: string; answer: unknown; units: number },
): void {
  let memory = remembered.get(sql)
  if (memory === undefined || memory.units + units > UNITS_MAX) {
    remembered.set(sql, (memory = { byId: new Map(), units: 0 }))
  }
  let ofId = memory.byId.get(idIndex)
  if (ofId === undefined) memory.byId.set(idIndex, (ofId = { byQuestion: new Map(), units: 0 }))
  ofId.byQuestion.set(question, answer)
  ofId.units += units
  memory.units += units
}

/** To be called by whatever changes cells of an ingest id. */
export function forgetCells(sql: SqlStorage, idIndex: number): void {
  const memory = remembered.get(sql)
  const forgotten = memory?.byId.get(idIndex)
  if (memory === undefined || forgotten === undefined) return
  memory.byId.delete(idIndex)
  memory.units -= forgotten.units
}
