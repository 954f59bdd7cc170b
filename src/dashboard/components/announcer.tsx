import { createContext, useCallback, useContext, useState, type ReactNode } from 'react'

const SHOWN_MS = 4_000

const Announce = createContext<(text: string) => void>(() => {})

/** Says a short sentence that stays in sight for a moment, and is read out by screen readers. */
export function useAnnounce(): (text: string) => void {
  return useContext(Announce)
}

export function Announcer({ children }: { children: ReactNode }) {
  const [notes, setNotes] = useState<{ id: number; text: string }[]>([])
  const announce = useCallback((text: string) => {
    const id = performance.now()
    setNotes((before) => [...before.slice(-2), { id, text }])
    setTimeout(() => setNotes((before) => before.filter((note) => note.id !== id)), SHOWN_MS)
  }, [])
  return (
    <Announce value={announce}>
      {children}
      <div className="notes" role="status" aria-live="polite">
        {notes.map(({ id, text }) => (
          <p className="note" key={id}>
            {text}
          </p>
        ))}
      </div>
    </Announce>
  )
}
