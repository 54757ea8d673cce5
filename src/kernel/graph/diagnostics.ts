import {
  ownCell,
  readPython,
  resourceKind,
  resourceName,
  type Effect,
  type Fix,
  type Resource,
  type Span,
} from '../analysis/index.ts'
import type { GraphInput } from './build-graph.ts'
import type { Definers } from './definers.ts'
import type { CellId, Diagnostic } from './graph.ts'

/** Remarks on cells of a notebook. */
export class DiagnosticList {
  readonly #cells: readonly GraphInput[]
  readonly #definers: Definers
  readonly #found = new Map<string, { readonly index: number; readonly diagnostic: Diagnostic }>()

  constructor(cells: readonly GraphInput[], definers: Definers) {
    this.#cells = cells
    this.#definers = definers
  }

  addFindings(index: number): void {
    const { id, analysis } = this.#cells[index]!
    for (const { code, severity, where, message, resource, fixes } of analysis.findings) {
      const more = {
        ...(resource === undefined ? {} : { resource }),
        ...(fixes === undefined ? {} : { fixes: fixes.map((fix) => placedIn(id, fix)) }),
      }
      this.#add(index, code, severity, where, message, more)
    }
  }

  undefinedName(index: number, name: string, where: Span): void {
    // An unknown `import *` further up in the cell may bring it.
    const { effects } = this.#cells[index]!.analysis
    const isOpen = effects.some(
      (own) =>
        own.resource === 'name:*' && own.mode !== 'read' && (own.where.end <= where.start || isSame(own.where, where)),
    )
    if (isOpen || this.#isOwnMaking(index, name)) return
    const below = this.#definers.below(index, name)
    const resource: Resource = `name:${name}`
    if (below === -1) {
      const message = `No cell above defines ${name}. Define it, or correct its spelling.`
      this.#add(index, 'undefined-name', 'error', where, message, { resource })
    } else {
      const { id, key } = this.#cells[below]!
      const message = `${name} is defined only below, in the cell ${key}. Move that cell above this one.`
      this.#add(index, 'defined-below', 'error', where, message, { resource, cells: [id] })
    }
  }

  /** An object of the cell's own making changed, which the name may hold by then: nobody asks for the name from above. */
  #isOwnMaking(index: number, name: string): boolean {
    const { source, analysis } = this.#cells[index]!
    const asks = analysis.effects.filter(({ mode, resource }) => mode !== 'write' && resource === `name:${name}`)
    const isAside = ({ mode, where }: Effect): boolean =>
      mode === 'update' && !source.slice(where.start, where.end).split(/\W+/u).includes(name)
    return asks.length > 0 && asks.every(isAside) && readPython(source).scopes.module.bound.has(name)
  }

  undefinedParameter(index: number, resource: Resource, where: Span): void {
    const name = resourceName(resource)
    this.#add(
      index,
      'undefined-parameter',
      'warning',
      where,
      `No cell above declares the parameter ${name}. Declare it with dbutils.widgets.text("${name}", "…").`,
      { resource },
    )
  }

  lazyRead(index: number, use: Resource, read: Resource, since: number, write: number, where: Span): void {
    const [defined, written] = [this.#cells[since]!.key, this.#cells[write]!.key]
    const what = `${resourceKind(read)} ${resourceName(read)}`
    const message =
      `${resourceName(use)}, defined in the cell ${defined}, reads the ${what} only here, after the cell ${written} has changed it. ` +
      `Move the use above ${written}, define ${resourceName(use)} below it, or keep the result in a table.`
    const cells = [this.#cells[since]!.id, this.#cells[write]!.id]
    this.#add(index, 'lazy-read-after-write', 'warning', where, message, { resource: use, cells })
  }

  badAfter(index: number, key: string, target: number, where: Span): void {
    const message =
      target === -1
        ? `No cell has the key ${key}, which the note to Dagbook wants this cell to follow. Correct the key.`
        : `The note to Dagbook wants this cell to follow ${key}, which does not stand above it. Move one of the two.`
    this.#add(index, 'unknown-pragma', 'error', where, message)
  }

  /** In document order. */
  sorted(): Diagnostic[] {
    return [...this.#found.values()]
      .sort(
        (a, b) =>
          a.index - b.index ||
          a.diagnostic.where.start - b.diagnostic.where.start ||
          (a.diagnostic.code < b.diagnostic.code ? -1 : 1),
      )
      .map(({ diagnostic }) => diagnostic)
  }

  #add(
    index: number,
    code: string,
    severity: Diagnostic['severity'],
    where: Span,
    message: string,
    more: Pick<Diagnostic, 'resource' | 'cells' | 'fixes'> = {},
  ): void {
    const key = `${index} ${code} ${where.start} ${where.end} ${message}`
    if (this.#found.has(key)) return
    const { id, source } = this.#cells[index]!
    const line = source.slice(0, where.start).split('\n').length
    this.#found.set(key, { index, diagnostic: { code, severity, cell: id, line, where, message, ...more } })
  }
}

/** The fix with the cell's own id where it says so. */
function placedIn(cell: CellId, fix: Fix): Fix {
  return { ...fix, edits: fix.edits.map((edit) => (edit.cell === ownCell ? { ...edit, cell } : edit)) }
}

/** What `%run` brings stands where it stands. */
function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end
}
