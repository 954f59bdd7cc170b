import { useState } from 'react'

/** What is put together, kept in the window until it is created: leaving the page loses nothing. */
export function useKeptDraft<Draft extends object>(name: string, initial: Draft) {
  const key = `draft ${name}`
  const [state, setState] = useState(() => {
    const kept = readKept(key, initial)
    return { draft: kept ?? initial, isRestored: kept !== null }
  })
  return {
    draft: state.draft,
    /** Whether it was begun before the page was opened, and not touched since. */
    isRestored: state.isRestored,
    change: (changes: Partial<Draft>) => {
      const draft = { ...state.draft, ...changes }
      keep(key, draft)
      setState({ draft, isRestored: false })
    },
    startOver: () => {
      forget(key)
      setState({ draft: initial, isRestored: false })
    },
    forget: () => forget(key),
  }
}

/** Null where nothing is kept, or what is kept is of another version of this page. */
function readKept<Draft extends object>(key: string, initial: Draft): Draft | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Record<string, unknown> | null
    const isSame = Object.entries(initial).every(([name, value]) => {
      return (
        typeof kept?.[name] === typeof value && Array.isArray(kept?.[name]) === Array.isArray(value)
      )
    })
    return isSame ? (kept as Draft | null) : null
  } catch {
    return null
  }
}

/** A window without storage keeps nothing, and works all the same. */
function keep(key: string, draft: object): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft))
  } catch {
    // It is only lost if the page is left.
  }
}

function forget(key: string): void {
  try {
    sessionStorage.removeItem(key)
  } catch {
    // Then nothing was kept.
  }
}
