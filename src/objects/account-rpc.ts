/** What every call to an account says: the object cannot reliably read its own name. */
export interface AccountCall {
  environmentId: string
  customerId: string
  /** The environment's clock. */
  now: number
}
