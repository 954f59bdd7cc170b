/**
 * Does something for each item in turn. An item that fails does not keep the later ones from their
 * turn; the first failure is thrown when all have had it.
 */
export async function forEachOf<T>(
  items: Iterable<T>,
  act: (item: T) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = []
  for (const item of items) {
    try {
      await act(item)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
