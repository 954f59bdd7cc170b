import type { ReactNode } from 'react'

export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info'

/** A state in a word. The colour repeats what the word says. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`badge badge-${tone}`}>{children}</span>
}

const INVOICE_TONES: Record<string, Tone> = {
  DRAFT: 'info',
  FINALIZED: 'good',
  VOID: 'neutral',
}

export function InvoiceStatus({ status }: { status: string }) {
  return (
    <Badge tone={INVOICE_TONES[status.toUpperCase()] ?? 'neutral'}>
      {status[0] + status.slice(1).toLowerCase()}
    </Badge>
  )
}
