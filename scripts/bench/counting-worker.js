import worker, { AccountObject, MeterObject } from './index.js'

let rowsWritten = 0
let isCounting = false

/** Counts what Cloudflare bills: rows written by SQL, index entries included, and alarms set. */
function countRows(storage) {
  if (isCounting) return
  isCounting = true
  const sql = Object.getPrototypeOf(storage.sql)
  const { exec } = sql
  sql.exec = function (...args) {
    const cursor = exec.apply(this, args)
    rowsWritten += cursor.rowsWritten
    return cursor
  }
  const prototype = Object.getPrototypeOf(storage)
  const { setAlarm } = prototype
  prototype.setAlarm = function (...args) {
    rowsWritten += 1
    return setAlarm.apply(this, args)
  }
}

class CountedMeter extends MeterObject {
  constructor(context, env) {
    countRows(context.storage)
    super(context, env)
  }
}

export { AccountObject, CountedMeter as MeterObject }

/** The product's Worker, and a route that tells how many rows its meters have written. */
export default {
  ...worker,
  fetch(request, env, context) {
    if (new URL(request.url).pathname === '/rows-written') return Response.json(rowsWritten)
    return worker.fetch(request, env, context)
  },
}
