import { useSyncExternalStore } from 'react'

/** What the person chose; `system` follows the computer's setting. */
export type ThemeChoice = 'light' | 'dark' | 'system'

const key = 'dagbook.theme'
const listeners = new Set<() => void>()
const systemDark = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: dark)')

systemDark?.addEventListener('change', applyTheme)

/** The choice kept from last time. */
export function themeChoice(): ThemeChoice {
  const kept = localStorage.getItem(key)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem(key, choice)
  applyTheme()
}

/** The theme that is shown. */
export function themeNow(): 'light' | 'dark' {
  const choice = themeChoice()
  return choice === 'system' ? (systemDark?.matches ? 'dark' : 'light') : choice
}

/** Puts the theme on the page. Called once before the first paint, and at every change. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = themeNow()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useTheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, themeNow)
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, themeChoice)
}
