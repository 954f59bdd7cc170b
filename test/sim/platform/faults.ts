/** How likely each fault is, each time that it could happen. */
export interface FaultRates {
  /** An object dies when a turn ends that wrote something: before that is durable, or just after. */
  crashAtCommit: number
  /** An object dies between two turns. */
  crash: number
  /** An object leaves memory while nobody waits for it. */
  evict: number
  /** A statement on the database fails and does nothing. */
  databaseFails: number
  /** A statement on the database is done, and its answer is lost. */
  databaseAnswerLost: number
  /** A call of an object is done, and its answer is lost. */
  callAnswerLost: number
  /** A Worker dies in the middle of a request. */
  workerDies: number
  /** The answer of a request is lost on its way to the client. */
  answerLost: number
  /** A message of a queue is delivered once more, though it was acknowledged. */
  redelivery: number
}

export const NO_FAULTS: FaultRates = {
  crashAtCommit: 0,
  crash: 0,
  evict: 0,
  databaseFails: 0,
  databaseAnswerLost: 0,
  callAnswerLost: 0,
  workerDies: 0,
  answerLost: 0,
  redelivery: 0,
}

/** Rates at which most requests meet a fault or none, and a retry soon passes. */
export const CHAOS: FaultRates = {
  crashAtCommit: 0.04,
  crash: 0.004,
  evict: 0.02,
  databaseFails: 0.006,
  databaseAnswerLost: 0.006,
  callAnswerLost: 0.01,
  workerDies: 0.004,
  answerLost: 0.03,
  redelivery: 0.1,
}
