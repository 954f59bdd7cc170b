import { v5, v7, validate } from 'uuid'

// A fixed namespace of our own, so that derived ids are the same in every installation.
const NAMESPACE = '6d0e7a52-3c1f-5b47-9a86-2f4f1a0c8d11'

/** The id of a derived thing: the same parts give the same id, so a retry makes no second one. */
export function deriveId(...parts: string[]): string {
  return v5(parts.map((part) => `${part.length}:${part}`).join('/'), NAMESPACE)
}

/** A fresh id that sorts by creation. `random` is 16 random bytes. */
export function createdId(nowMs: number, random: Uint8Array): string {
  return v7({ msecs: nowMs, random })
}

export function isUuid(text: string): boolean {
  return validate(text)
}
