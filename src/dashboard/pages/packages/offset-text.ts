interface Offset {
  value: number
  unit: string
}

/** `12 months`, `1 year`. */
export function lengthText({ value, unit }: Offset): string {
  const name = unit.toLowerCase().replace(/s$/, '')
  return `${value} ${value === 1 ? name : `${name}s`}`
}

/** When something is, counted from a contract's start. */
export function afterStart(offset: Offset | undefined): string {
  if (offset === undefined || offset.value === 0) return 'at the start'
  return `after ${lengthText(offset)}`
}

/** From when to when, counted from a contract's start. */
export function spanText(offset: Offset | undefined, duration: Offset | undefined): string {
  const start = afterStart(offset)
  return duration === undefined ? `${start}, to the end` : `${start}, for ${lengthText(duration)}`
}
