/** How many digits stand together, and what marks the fraction. */
export const NUMBER_FORMATS = ['1,234.56', '1.234,56', '1 234,56', '1’234.56'] as const
export type NumberFormat = (typeof NUMBER_FORMATS)[number]

/** Who bills, as it is printed on invoices. */
export interface Seller {
  name?: string
  addressLines?: string[]
  taxId?: string
  email?: string
  /** A line each: how to pay. */
  paymentInstructions?: string[]
  /** At the foot of every page. */
  footer?: string
  numberFormat?: NumberFormat
}
