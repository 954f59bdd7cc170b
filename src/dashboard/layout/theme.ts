import { useSyncExternalStore } from 'react'

export type ThemeChoice = 'system' | 'light' | 'dark'

const KEY = 'tactus-theme'
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark']
const darkSystem = window.matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

/** Puts the theme on the page, now and whenever the system's changes. */
export function startTheme(): void {
  apply()
  darkSystem.addEventListener('change', apply)
}

export function useTheme(): {
  choice: ThemeChoice
  isDark: boolean
  choose: (choice: ThemeChoice) => void
} {
  const choice = useSyncExternalStore(listen, readChoice)
  const isDark = useSyncExternalStore(
    listen,
    () => document.documentElement.dataset['theme'] === 'dark',
  )
  return { choice, isDark, choose }
}

function choose(choice: ThemeChoice): void {
  localStorage.setItem(KEY, choice)
  apply()
}

function readChoice(): ThemeChoice {
  return CHOICES.find((choice) => choice === localStorage.getItem(KEY)) ?? 'system'
}

function apply(): void {
  const choice = readChoice()
  const isDark = choice === 'system' ? darkSystem.matches : choice === 'dark'
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
  for (const listener of listeners) listener()
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
