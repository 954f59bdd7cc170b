import { refuse, type Result } from '../result.ts'
import { formatTimestamp } from '../time.ts'
import { transitionOf, type ContractInput } from './create-contract.ts'
import { editContract, type EditedContract, type EditSurroundings } from './edit-contract.ts'

/**
 * Ends the contract that a new one takes over from, where the new one starts, unless it has ended
 * by then (pricing 10). A contract that starts at the same instant is left without any time. What is
 * on a finalized invoice is not taken over: void it first.
 */
export function endFormer(
  input: ContractInput & { transition: NonNullable<ContractInput['transition']> },
  surroundings: EditSurroundings,
  now: number,
): Result<EditedContract> {
  const { contract: former } = surroundings
  const { transition, startingAt, createdBy } = input
  if (former.archivedAt !== null) {
    return refuse('invalid', `transition.from_contract_id: contract ${former.id} is archived`)
  }
  if (startingAt < former.startingAt) {
    return refuse(
      'invalid',
      `starting_at: expected the start of contract ${former.id}, which it takes over from, or later`,
    )
  }
  const billed = surroundings.invoices.filter(({ status }) => status === 'FINALIZED')
  const billedUntil = Math.max(...billed.map(({ endingBefore }) => endingBefore))
  if (startingAt < billedUntil) {
    return refuse(
      'invalid',
      `starting_at: expected ${formatTimestamp(billedUntil)} or later, up to when contract ${former.id} has a finalized invoice: otherwise usage would be billed on both`,
    )
  }
  const isOver = former.endingBefore !== null && former.endingBefore <= startingAt
  return editContract(
    {
      id: transition.editId,
      customerId: former.customerId,
      contractId: former.id,
      transition: transitionOf(input, transition),
      endingBefore: isOver ? undefined : startingAt,
      createdBy,
      fields: { overrides: 'transition', prefix: '', endingBefore: 'starting_at' },
    },
    surroundings,
    now,
  )
}
