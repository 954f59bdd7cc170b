import { Badge, type Tone } from '../../components/badge.tsx'
import type { ContractState } from './contract-names.ts'

const TONES: Record<ContractState, Tone> = {
  active: 'good',
  upcoming: 'info',
  ended: 'neutral',
  archived: 'neutral',
}

export function ContractStateBadge({ state }: { state: ContractState }) {
  return <Badge tone={TONES[state]}>{state.charAt(0).toUpperCase() + state.slice(1)}</Badge>
}
