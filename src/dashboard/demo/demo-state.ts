import { useSyncExternalStore } from 'react'
import type { SessionEnvironment } from '../api/session.ts'
import type { Made } from './build-company.ts'

/** What the sandbox with the demo company is called. */
export const DEMO_NAME = 'Demo company'

/** How the loading of the company goes, whichever page is looked at meanwhile. */
export type DemoLoad =
  | { state: 'idle' }
  | { state: 'loading'; made: Made }
  | { state: 'failed'; message: string; isFull: boolean }

let load: DemoLoad = { state: 'idle' }
const listeners = new Set<() => void>()

export function setDemoLoad(next: DemoLoad): void {
  load = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useDemoLoad(): DemoLoad {
  return useSyncExternalStore(subscribe, () => load)
}

export function isDemo({ name, kind, scope }: SessionEnvironment): boolean {
  return name === DEMO_NAME && kind === 'SANDBOX' && scope === 'full'
}
