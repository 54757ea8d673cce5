import { resourceName } from '../../analysis/index.ts'
import type { DiagnosedNotebook, FoundIn } from '../rule.ts'

/** Functions of Python that notebooks call all the time. Names such as `id`, `input` or `dir` are seldom missed. */
export const oftenCalled: ReadonlySet<string> = new Set(
  'abs all any bool dict enumerate filter float int isinstance len list map max min next open print range reversed round set sorted str sum tuple type zip'.split(
    ' ',
  ),
)

/** A cell that gives the name of a function of Python another meaning, for all cells below. Functions that are imported are meant. */
export function* builtinNames({ cells }: DiagnosedNotebook): Iterable<FoundIn> {
  const said = new Set<string>()
  for (const [index, { kind, source, analysis }] of cells.entries()) {
    if (kind !== 'python' || analysis.broken || analysis.pragma.run === 'off') continue
    for (const { mode, resource, where } of analysis.effects) {
      if (mode === 'read' || !resource.startsWith('name:')) continue
      const name = resourceName(resource)
      if (!oftenCalled.has(name) || said.has(name) || source.slice(where.start, where.end) !== name) continue
      if (/\bimport\b|\bdef\s+$|\bclass\s+$/.test(lineBefore(source, where.start))) continue
      said.add(name)
      yield {
        index,
        code: 'name-shadows-builtin',
        where,
        resource,
        message: `From here on ${name} means this value, and ${name}(…) does not do any more what Python’s own does, in no cell below. Give it another name.`,
      }
    }
  }
}

function lineBefore(source: string, at: number): string {
  return source.slice(source.lastIndexOf('\n', at - 1) + 1, at)
}
