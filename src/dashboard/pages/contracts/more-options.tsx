import { useEffect, useRef, type ReactNode } from 'react'

/** What few ask for, folded away; it unfolds by itself where the server refused something in it. */
export function MoreOptions({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
  const details = useRef<HTMLDetailsElement>(null)
  const wasOpen = useRef(isOpen)
  useEffect(() => {
    if (details.current?.querySelector('[aria-invalid=true]')) details.current.open = true
  })
  return (
    <details className="fold" ref={details} open={wasOpen.current}>
      <summary>More options</summary>
      {children}
    </details>
  )
}
