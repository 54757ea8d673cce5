import { isText, type CellKind } from '../notebook/index.ts'
import { withViews } from './any-view.ts'
import type { Effect, Finding, Span } from './effect.ts'
import type { PythonAnalysis } from './python/index.ts'

/** What a cell does that is neither Python nor SQL: text, installations, programs of the system, other languages. */
export function analyzeCommand(kind: CellKind, source: string): PythonAnalysis {
  const where: Span = { start: 0, end: source.trimEnd().length }
  const code = withoutComments(source)
  if (isText(kind) || code === '') return nothing('', [], [])
  if (kind === 'pip') return nothing(code, [{ mode: 'update', resource: 'session:pip', where }], [])
  if (kind === 'fs') return nothing(code, fileEffects(code, where), [])
  if (kind === 'sh') {
    const message =
      'A program of the system may read and write any file, so this cell keeps its place among all cells with files.'
    return nothing(code, [{ mode: 'update', resource: 'path:*', where }], [finding('unresolved-path', where, message)])
  }
  const message = `Dagbook does not read ${kind === 'r' ? 'R' : 'Scala'}, so this cell keeps its place among all cells with tables.`
  return nothing(code, withViews([{ mode: 'update', resource: 'table:*', where }]), [
    finding('unresolved-table', where, message),
  ])
}

function nothing(normalized: string, effects: readonly Effect[], findings: readonly Finding[]): PythonAnalysis {
  return {
    effects,
    carried: [],
    statements: [],
    parameters: [],
    findings,
    leaves: false,
    broken: false,
    normalized,
    needs: [],
  }
}

function finding(code: string, where: Span, message: string): Finding {
  return { code, severity: 'info', where, message }
}

function withoutComments(source: string): string {
  const lines = source.split('\n').map((line) => line.trimEnd())
  return lines
    .filter((line) => line !== '' && !/^\s*#(?!!)/.test(line))
    .join('\n')
    .trim()
}

/** `%fs cp /a /b` and the like. */
function fileEffects(code: string, where: Span): readonly Effect[] {
  return code.split('\n').flatMap((line): Effect[] => {
    const [command, ...words] = line.trim().split(/\s+/)
    const paths = words.filter((word) => !word.startsWith('-')).map((word) => word.replace(/^["']|["']$/g, ''))
    const [first, second] = paths
    const on = (mode: Effect['mode'], path: string | undefined): Effect => ({
      mode: path === undefined && mode === 'write' ? 'update' : mode,
      resource: path === undefined ? 'path:*' : `path:${path}`,
      where,
    })
    if (command === 'ls' || command === 'head') return [on('read', first)]
    if (command === 'rm' || command === 'put') return [on('write', first)]
    if (command === 'mkdirs') return [on('update', first)]
    // Into a folder that is there they put a file beside the others.
    if (command === 'cp') return [on('read', first), on('update', second)]
    if (command === 'mv') return [on('update', first), on('update', second)]
    if (command === 'help' || command === 'mounts') return []
    return [on('update', undefined)]
  })
}
