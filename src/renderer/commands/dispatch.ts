import { useEffect } from 'react'
import { useSession, type Mode, type PageState } from '../state/index.ts'
import type { Command } from './command.ts'
import { keyOf } from './keys.ts'
import { commands } from './list.ts'

const sequencePause = 2000
const modifiers = new Set(['Shift', 'Control', 'Alt', 'Meta'])

/** What a pressed key leads to: a command, the wait for the rest of a sequence, or nothing of ours. */
export function matchKeys(pressed: string, mode: Mode | 'elsewhere', list = commands): Command | 'more' | null {
  let more = false
  for (const command of list) {
    if (command.when !== 'always' && command.when !== mode) continue
    for (const keys of command.keys) {
      if (keys === pressed) return command
      more ||= keys.startsWith(`${pressed} `)
    }
  }
  return more ? 'more' : null
}

/** Listens for the keys of all commands while the page is open. */
export function useCommandKeys(): void {
  const session = useSession()
  useEffect(() => {
    let before = ''
    let timer = 0
    const hear = (event: KeyboardEvent) => {
      if (event.isComposing || modifiers.has(event.key)) return
      const state = session.state
      const mode = modeAt(event, state)
      if (mode === null) return
      const pressed = before === '' ? keyOf(event) : `${before} ${keyOf(event)}`
      const found = matchKeys(pressed, mode) ?? (before === '' ? null : matchKeys(keyOf(event), mode))
      before = ''
      clearTimeout(timer)
      if (found === null) return
      event.preventDefault()
      event.stopPropagation()
      if (found === 'more') {
        before = keyOf(event)
        timer = window.setTimeout(() => (before = ''), sequencePause)
      } else if (state.opening === null && (found.enabled?.(state) ?? true))
        found.run({ session, store: session.store })
    }
    window.addEventListener('keydown', hear, { capture: true })
    return () => {
      window.removeEventListener('keydown', hear, { capture: true })
      clearTimeout(timer)
    }
  }, [session])
}

/** Whose keys count where the event happened. Null: none of ours (a dialog is open, or CodeMirror needs the key itself). */
function modeAt(event: KeyboardEvent, state: PageState): Mode | 'elsewhere' | null {
  if (state.dialog !== null) return null
  const target = event.target instanceof Element ? event.target : document.body
  if (target.closest('[role=dialog], [role=menu], [role=listbox]') !== null) return null
  if (target.closest('.cm-editor') !== null) {
    // Escape closes the list of completions before it leaves the text.
    const listOpen = event.key === 'Escape' && document.querySelector('.cm-tooltip-autocomplete') !== null
    return listOpen ? null : 'edit'
  }
  if (target.closest('input, textarea, select, [contenteditable=true], [data-own-keys]') !== null) return 'elsewhere'
  const pressable = target.closest('button, a, summary, [role=button], [role=tab], [role=checkbox], [role=switch]')
  if (pressable !== null && (event.key === 'Enter' || event.key === ' ') && keyOf(event) === event.key)
    return 'elsewhere'
  const ours = target === document.body || target.closest('.notebook') !== null
  return ours && state.mode === 'command' ? 'command' : 'elsewhere'
}
