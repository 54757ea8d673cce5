const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

/**
 * A pressed key in the form that commands name: `Mod-Shift-p`, `Alt-ArrowUp`, `a`, `?`. Mod is Ctrl, on a Mac Command. Shift is
 * named only where the key itself does not show it.
 */
export function keyOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const letter = event.key.length === 1
  const key = letter ? event.key.toLowerCase() : event.key
  const parts: string[] = []
  if (mac ? event.metaKey : event.ctrlKey) parts.push('Mod')
  if (mac && event.ctrlKey) parts.push('Ctrl')
  if (event.altKey) parts.push('Alt')
  if (event.shiftKey && (!letter || /[a-z0-9]/.test(key))) parts.push('Shift')
  return [...parts, key].join('-')
}

const symbols: Readonly<Record<string, string>> = {
  Mod: mac ? '⌘' : 'Ctrl',
  Alt: mac ? '⌥' : 'Alt',
  Shift: mac ? '⇧' : 'Shift',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
}

/** A key sequence as people read it: `Ctrl+Shift+P`, `D D`. */
export function keyLabel(keys: string): string {
  return keys
    .split(' ')
    .map((key) =>
      key
        .split('-')
        .map((part) => symbols[part] ?? (part.length === 1 ? part.toUpperCase() : part))
        .join(mac ? '' : '+'),
    )
    .join(' ')
}
