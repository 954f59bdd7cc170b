import type { OverrideInput } from '../contracts/create-override.ts'
import { addOffsets, type Offset } from './offset.ts'

type Relative = 'startingAt' | 'endingBefore' | 'productId' | 'applicableProductTags'

/** An override of a package's contracts: what it is for is always said by specifiers. */
export interface PackageOverride extends Omit<OverrideInput, Relative> {
  /** Counted from the contract's start. */
  startingAtOffset: Offset
  /** Counted from the override's own start; to the contract's end if absent. */
  duration?: Offset
}

/** The override as a contract that starts at an instant has it, under an id of its own. */
export function placeOverride(
  override: PackageOverride,
  contractStart: number,
  id: string,
): OverrideInput {
  const { startingAtOffset, duration, ...rest } = override
  return {
    ...rest,
    id,
    startingAt: addOffsets(contractStart, startingAtOffset),
    endingBefore: duration && addOffsets(contractStart, startingAtOffset, duration),
  }
}
