import { useState, type ReactNode } from 'react'

type Render = (close: () => void) => ReactNode

/**
 * One dialog at a time, opened by what a row or a menu asks for.
 * @returns what is shown now, and what shows another
 */
export function useDialog(): { shown: ReactNode; open: (render: Render) => void } {
  const [shown, setShown] = useState<ReactNode>(null)
  const open = (render: Render) => setShown(render(() => setShown(null)))
  return { shown, open }
}
