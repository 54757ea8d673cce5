import { resourceKind, resourceName, type Effect, type Resource, type Span } from '../../analysis/index.ts'
import { argumentOf, pythonFacts, textOf } from '../python-facts.ts'
import type { DiagnosedCell, DiagnosedNotebook, FoundIn } from '../rule.ts'
import { sqlTexts } from './sql-writes.ts'

/** A place where rows are added to what is there. */
interface Append {
  readonly where: Span
  readonly resource: Resource
}

/** Rows that are appended to a table or file that nothing in the notebook empties or replaces first. */
export function* appends({ cells }: DiagnosedNotebook): Iterable<FoundIn> {
  /** What cells above have replaced, or taken rows out of. */
  const reset = new Set<string>()
  for (const [index, cell] of cells.entries()) {
    const { analysis, source } = cell
    if (analysis.pragma.run === 'off') continue
    const appended = appendsOf(cell)
    const removes = deletes.test(source)
    // Whoever makes, replaces or changes it otherwise has thought of what is there.
    for (const { mode, resource } of changes(analysis.effects))
      if (mode === 'write' || removes || !appended.some((one) => one.resource === resource)) reset.add(resource)
    for (const { effects } of analysis.statements.slice(0, -1))
      for (const { mode, resource } of effects) if (mode === 'write') reset.add(resource)
    for (const { where, resource } of appended) {
      if (reset.has(resource)) continue
      reset.add(resource)
      yield {
        index,
        code: 'non-idempotent-write',
        where,
        resource,
        message: `Rows are appended to ${resourceName(resource)}, and nothing above takes those of an earlier run out, so a second run adds them twice. Use MERGE with a key, delete the rows of the same day first, or overwrite.`,
      }
    }
  }
}

const deletes =
  /\b(?:DELETE\s+FROM|TRUNCATE\s+TABLE|DROP\s+TABLE|REPLACE\s+WHERE|MERGE\s+INTO)\b|\.delete\(|\.merge\(|replaceWhere/i

function changes(effects: readonly Effect[]): Effect[] {
  return effects.filter(({ mode, resource }) => mode !== 'read' && /^(table|path):[^*]/.test(resource))
}

const kept = new WeakMap<object, readonly Append[]>()

/** What a cell appends to; looked at once for each analysis. */
function appendsOf(cell: DiagnosedCell): readonly Append[] {
  let found = kept.get(cell.analysis)
  if (found === undefined) kept.set(cell.analysis, (found = [...findAppends(cell)]))
  return found
}

function* findAppends(cell: DiagnosedCell): Iterable<Append> {
  const { source, analysis, kind } = cell
  if (analysis.broken || !/append|insert\s*into/i.test(source)) return
  const changed = changes(analysis.effects)
  for (const { text, at } of sqlTexts(cell)) {
    for (const match of text.matchAll(/(?<=^|;|\n)\s*(INSERT\s+INTO)\b(?!\s+[\w.`]+\s+REPLACE)/gi)) {
      const start = at + match.index + match[0].length - match[1]!.length
      // In Python the whole call is where the table is changed.
      const effect =
        changed.find(({ where }) => where.start >= start) ??
        changed.find(({ where }) => where.start <= start && where.end >= start)
      if (effect !== undefined) yield { where: { start, end: start + match[1]!.length }, resource: effect.resource }
    }
  }
  if (kind !== 'python') return
  for (const { node, links } of pythonFacts(source).calls) {
    const names = links.map(({ name }) => name)
    // A stream remembers what it has written.
    if (names.includes('writeStream')) continue
    const last = names.at(-1)!
    const mode = links.find(({ name, call }) => name === 'mode' && call !== null)?.call
    const isAppend =
      (names.includes('write') &&
        /^(save|saveAsTable|parquet|json|csv|orc|insertInto)$/.test(last) &&
        ((mode != null && textOf(argumentOf(mode, 0, 'saveMode')) === 'append') ||
          textOf(argumentOf(node, 9, 'mode')) === 'append')) ||
      (last === 'append' && names.includes('writeTo'))
    if (!isAppend) continue
    const effect = changed.find(({ where }) => where.start < node.start + node.length && where.end > node.start)
    if (effect !== undefined && ['table', 'path'].includes(resourceKind(effect.resource)))
      yield { where: nameSpan(node, last, source), resource: effect.resource }
  }
}

/** The name of the method that is called. */
function nameSpan(
  node: { start: number; length: number; d: { leftExpr: { start: number; length: number } } },
  name: string,
  source: string,
): Span {
  const { start, length } = node.d.leftExpr
  const at = source.lastIndexOf(name, start + length)
  return at < start ? { start: node.start, end: node.start + node.length } : { start: at, end: at + name.length }
}
