import { useState } from 'react'
import type { ContractDraft } from './contract-draft.ts'

/** What is put together, kept in the window until it is created: leaving the page loses nothing. */
export function useKeptDraft(name: string, initial: ContractDraft) {
  const key = `contract draft ${name}`
  const [state, setState] = useState(() => {
    const kept = readKept(key)
    return { draft: kept ?? initial, isRestored: kept !== null }
  })
  return {
    draft: state.draft,
    /** Whether it was begun before the page was opened, and not touched since. */
    isRestored: state.isRestored,
    change: (changes: Partial<ContractDraft>) => {
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
function readKept(key: string): ContractDraft | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as ContractDraft | null
    return kept !== null && Array.isArray(kept.terms) && typeof kept.more === 'object' ? kept : null
  } catch {
    return null
  }
}

/** A window without storage keeps nothing, and works all the same. */
function keep(key: string, draft: ContractDraft): void {
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
