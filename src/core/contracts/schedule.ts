/** An amount that falls due at an instant. `amount` is exactly `unitPrice × quantity`; decimal texts. */
export interface ScheduleItem {
  id: string
  at: number
  unitPrice: string
  quantity: string
  amount: string
}

/** When which amounts fall due, in the order of time. Recurring ones are written out (pricing 6.4). */
export interface Schedule {
  creditTypeId: string
  items: ScheduleItem[]
}
