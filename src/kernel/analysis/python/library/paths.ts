import type { Effect, Mode } from '../../effect.ts'
import { gap, isPattern, roughPath } from '../../rough-path.ts'
import type { ParseNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { entriesOf, itemsOf, memberOf } from '../variables.ts'
import { distinct, join, onlyText, roughTexts, type Value } from '../value.ts'

/** The effects on the file or folder that a value names, or on all of a list of them. */
export function pathEffects(run: Run, path: Value | undefined, mode: Mode, at: ParseNode): readonly Effect[] {
  const where = run.where(at)
  const names = pathNames(run, path)
  const rough = names?.filter((name) => !isWeb(name)).map((name) => roughPath(fromHere(run, name))) ?? [null]
  const known = distinct(rough.filter((name) => name !== null))
  const effects = known.map((name): Effect => {
    const sure = rough.length === 1 && !isPattern(name)
    return { mode: mode === 'write' && !sure ? 'update' : mode, resource: `path:${name}`, where }
  })
  if (!rough.includes(null)) return effects
  const word = mode === 'read' ? 'read' : 'written'
  run.find(
    'unresolved-path',
    'warning',
    at,
    `The file that is ${word} here is not known from the text, so this cell keeps its place among all cells with files. A note to Dagbook (${mode === 'read' ? 'reads' : 'writes'}=/…) says which file it is.`,
  )
  return [...effects, { mode: mode === 'write' ? 'update' : mode, resource: 'path:*', where }]
}

/** The paths that a value may be, or those in a list; null: not known. */
function pathNames(run: Run, path: Value | undefined): readonly string[] | null {
  if (path === undefined || entriesOf(run, path) != null) return null
  const items = itemsOf(run, path)
  if (items !== null && items.length > 0) return roughTexts(join([...items]))
  return roughTexts(path) ?? (path.objects.length === 0 ? null : roughTexts(memberOf(run, path)))
}

/** A path seen from the project's root: the program may be in another folder. */
function fromHere(run: Run, name: string): string {
  const folder = run.state.get(workingFolder)?.value
  if (folder === undefined || /^(\/|~|[a-z][\w+.-]*:)/i.test(name)) return name
  return `${onlyText(folder) ?? gap}/${name}`
}

/** The variable that holds the working directory, where that is not the project's root. */
export const workingFolder = '#cwd'

/** Files of the web are none of the project's. */
function isWeb(name: string): boolean {
  return /^(https?|ftp):/i.test(name)
}

export function notePath(run: Run, path: Value | undefined, mode: Mode, at: ParseNode): readonly Effect[] {
  const effects = pathEffects(run, path, mode, at)
  for (const effect of effects) run.emit(effect.mode, effect.resource, at)
  return effects
}
