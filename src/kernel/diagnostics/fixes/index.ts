import type { Fix } from '../../analysis/index.ts'
import type { Diagnostic } from '../../graph/index.ts'
import type { DiagnosticCode } from '../catalogue.ts'
import type { DiagnosedNotebook, FixContext, Fixer } from '../rule.ts'
import {
  declareParameter,
  insertSeed,
  pinVersions,
  projectPath,
  readableText,
  readSecret,
  removeStatement,
  splitCell,
} from './code.ts'
import { moveDefinition, readInTime } from './moves.ts'
import { importByName, nameThatIsMeant, renameShadow } from './names.ts'
import { askFor, correctNote, dropCell } from './notes.ts'

/** Who mends what. */
const fixers: Partial<Record<DiagnosticCode, Fixer>> = {
  'absolute-local-path': projectPath,
  'cell-too-big': splitCell,
  'dead-cell': dropCell,
  'defined-below': moveDefinition,
  'lazy-read-after-write': readInTime,
  'name-shadows-builtin': renameShadow,
  'pip-without-version': pinVersions,
  'print-debugging-left': removeStatement,
  'secret-in-code': readSecret,
  'syntax-error': readableText,
  'undefined-name': nameThatIsMeant,
  'undefined-parameter': declareParameter,
  'unknown-pragma': correctNote,
  'unresolved-import': importByName,
  'unresolved-names': askFor('names'),
  'unresolved-notebook': askFor('table'),
  'unresolved-path': askFor('path'),
  'unresolved-sql': askFor('table'),
  'unresolved-table': askFor('table'),
  'unseeded-random': insertSeed,
}

/** Codes that somebody here knows how to mend. */
export const mendable: ReadonlySet<string> = new Set(Object.keys(fixers))

/** The changes that would mend a remark, best first; none if nothing safe is known. */
export function fixesOf(notebook: DiagnosedNotebook, diagnostic: Diagnostic, context: FixContext): readonly Fix[] {
  const index = notebook.cells.findIndex(({ id }) => id === diagnostic.cell)
  const cell = notebook.cells[index]
  if (cell === undefined) return []
  const fixer = (fixers as Readonly<Record<string, Fixer | undefined>>)[diagnostic.code]
  return [...(diagnostic.fixes ?? []), ...(fixer?.(notebook, { index, cell, diagnostic }, context) ?? [])]
}
