/** A story that is played against a running server, and checked by sums of its own. */
export type Scenario = (
  server: { url: string; token: string },
  print: (text: string) => void,
) => Promise<ScenarioResult>

export interface ScenarioResult {
  accepted: number
  duplicates: number
  refused: number
  /** By customer, in cents with all digits. */
  totals: Record<string, string>
  lines: number
  /** What the invoices show otherwise than the script's own sums; empty if all is right. */
  differences: string[]
}
