import { gap, replaceParameters } from '../../rough-path.ts'
import { joinTexts } from '../texts.ts'
import { ofLiteral, roughTexts, unknown, type Value } from '../value.ts'

/** A `pathlib.Path` of a known text. */
export const pathType = 'pathlib.Path()'

export function ofPath(text: Value): Value {
  return { ...unknown, literals: text.literals, library: [pathType] }
}

/** `left / right`. What is not known of the right side is taken to stay in the folder on the left. */
export function joinPaths(left: Value, right: Value): Value {
  const [first, second] = [roughTexts(left), roughTexts(right) ?? [gap]]
  if (first === null) {
    // An absolute path on the right is the whole.
    return second.every((text) => text.startsWith('/')) ? ofLiteral(...second) : unknown
  }
  const joined = first.flatMap((a) =>
    second.map((b) => (/^(\/|[a-z]\w+:\/)/.test(b) || a === '' ? b : `${a.replace(/\/+$/, '')}/${b}`)),
  )
  return joinTexts([ofLiteral(...new Set(joined))])
}

/** The text of a path, made into another one; unknown of what is not known. */
export function mapPath(path: Value | undefined, change: (text: string) => string): Value {
  const known = roughTexts(path)
  const texts = known?.map((text) => replaceParameters(text, () => gap))
  return texts === undefined ? unknown : ofLiteral(...new Set(texts.map(change)))
}

/** The folder of a path. What is not known at its end may be folders, too. */
export function folderOf(text: string): string {
  const folder = text.replace(/\/*[^/]*\/*$/, '')
  if (nameOf(text).includes(gap)) return `${folder}${gap}`
  return folder === '' ? (text.startsWith('/') ? '/' : '.') : folder
}

export function nameOf(text: string): string {
  const name = text.replace(/^.*\//, '')
  return name.includes(gap) ? gap : name
}
