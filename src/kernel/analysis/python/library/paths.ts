import type { Effect, Mode } from '../../effect.ts'
import type { ParseNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { entriesOf, itemsOf } from '../variables.ts'
import { join, texts, type Value } from '../value.ts'

/** The effects on the file or folder that a value names, or on all of a list of them. */
export function pathEffects(run: Run, path: Value | undefined, mode: Mode, at: ParseNode): readonly Effect[] {
  const items = path === undefined ? null : itemsOf(run, path)
  const names = texts(items !== null && items.length > 0 ? join([...items]) : path)
  const where = run.where(at)
  if (names === null || (path !== undefined && entriesOf(run, path) != null)) {
    const word = mode === 'read' ? 'read' : 'written'
    run.find(
      'unresolved-path',
      'warning',
      at,
      `The file that is ${word} here is not known from the text, so this cell keeps its place among all cells with files. A note to Dagbook (${mode === 'read' ? 'reads' : 'writes'}=/…) says which file it is.`,
    )
    return [{ mode: mode === 'write' ? 'update' : mode, resource: 'path:*', where }]
  }
  const sure = names.length === 1 || mode !== 'write' ? mode : 'update'
  return names
    .filter((name) => !/^https?:/.test(name))
    .map((name): Effect => ({ mode: sure, resource: `path:${name}`, where }))
}

export function notePath(run: Run, path: Value | undefined, mode: Mode, at: ParseNode): readonly Effect[] {
  const effects = pathEffects(run, path, mode, at)
  for (const effect of effects) run.emit(effect.mode, effect.resource, at)
  return effects
}
