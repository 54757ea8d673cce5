import { tokenize, type Span, type Token } from '../../analysis/index.ts'
import { pythonFacts, textOf } from '../python-facts.ts'
import type { CellRule, DiagnosedCell, Found } from '../rule.ts'

/** A SQL text in a cell, and where it starts there. */
interface SqlText {
  readonly text: string
  readonly at: number
}

/** The SQL of a cell: all of a SQL cell, and the plain strings that Python gives to `spark.sql`. */
export function sqlTexts({ kind, source, analysis }: Pick<DiagnosedCell, 'kind' | 'source' | 'analysis'>): SqlText[] {
  if (analysis.broken) return []
  if (kind === 'sql') return [{ text: source, at: 0 }]
  if (kind !== 'python' || !/\.sql\s*\(/.test(source)) return []
  return pythonFacts(source).calls.flatMap(({ node, links }): SqlText[] => {
    if (links.at(-1)?.name !== 'sql') return []
    const given = node.d.args[0]?.d.valueExpr
    const text = textOf(given)
    if (text === null || given === undefined) return []
    return [{ text, at: source.indexOf(text, given.start) }]
  })
}

/** A statement that writes: its tokens, where its query starts in them, and what it does. */
export interface WritingStatement {
  readonly kind: 'create' | 'insert'
  readonly tokens: readonly Token[]
  readonly query: number
  readonly at: number
}

/** The statements of a cell that keep the rows of a query in a table. */
export function* writingStatements(cell: DiagnosedCell): Iterable<WritingStatement> {
  if (!/\b(?:insert|create)\b/i.test(cell.source)) return
  for (const { text, at } of sqlTexts(cell)) {
    for (const tokens of statementsOf(tokenize(text).tokens)) {
      const [first, second, third, fourth] = tokens.map(({ key }) => key)
      const isCreate =
        first === 'CREATE' && (second === 'TABLE' || (second === 'OR' && third === 'REPLACE' && fourth === 'TABLE'))
      if (!isCreate && first !== 'INSERT') continue
      const query = tokens.findIndex(
        ({ key }, index) => index > 0 && (key === 'SELECT' || key === 'WITH') && depthAt(tokens, index) === 0,
      )
      if (query > 0) yield { kind: isCreate ? 'create' : 'insert', tokens, query, at }
    }
  }
}

function* statementsOf(tokens: readonly Token[]): Iterable<readonly Token[]> {
  let start = 0
  for (const [index, { key }] of tokens.entries()) {
    if (key !== ';') continue
    if (index > start) yield tokens.slice(start, index)
    start = index + 1
  }
  if (start < tokens.length) yield tokens.slice(start)
}

function depthAt(tokens: readonly Token[], index: number): number {
  let depth = 0
  for (let at = 0; at < index; at++) depth += tokens[at]!.key === '(' ? 1 : tokens[at]!.key === ')' ? -1 : 0
  return depth
}

/** `CREATE TABLE … AS SELECT … LIMIT 10` without an order, in SQL and as `df.limit(10).write`. */
export const limits: CellRule = function* (cell): Iterable<Found> {
  if (!/\blimit\b/i.test(cell.source)) return
  for (const { tokens, query, at } of writingStatements(cell)) {
    const outer = topLevel(tokens.slice(query))
    const limit = outer.find(({ key }) => key === 'LIMIT')
    if (limit === undefined || outer.some(({ key }) => key === 'ORDER' || key === 'SORT')) continue
    if (/^[01]$/.test(outer[outer.indexOf(limit) + 1]?.text ?? '')) continue
    yield unordered({ start: at + limit.start, end: at + limit.end })
  }
  if (cell.kind !== 'python' || cell.analysis.broken) return
  for (const { links } of pythonFacts(cell.source).calls) {
    const names = links.map(({ name }) => name)
    const limit = names.indexOf('limit')
    const isWritten = limit > 0 && names.indexOf('write') > limit && links.at(-1)!.call !== null
    if (!isWritten || names.slice(0, limit).some((name) => /^(orderBy|sort)$/.test(name))) continue
    if (!/^(save|saveAsTable|insertInto|parquet|csv|json|orc)$/.test(names.at(-1)!)) continue
    const { call } = links[limit]!
    if (
      call !== null &&
      !/^limit\(\s*[01]\s*\)$/.test(
        cell.source.slice(call.start + call.length - 2 - textLength(call, cell.source) + 1, call.start + call.length),
      )
    )
      yield unordered({
        start: call.start + call.length - 1 - textLength(call, cell.source),
        end: call.start + call.length,
      })
  }
}

function textLength(call: { start: number; length: number }, source: string): number {
  const text = source.slice(call.start, call.start + call.length)
  return text.length - 1 - text.lastIndexOf('limit')
}

function unordered(where: Span): Found {
  return {
    code: 'order-by-missing-with-limit',
    where,
    message:
      'Without an order, any rows may be the ones that are kept, and others in the next run. Add ORDER BY in front of the limit.',
  }
}

/** The tokens that are in no brackets. */
function topLevel(tokens: readonly Token[]): Token[] {
  let depth = 0
  return tokens.filter(({ key }) => {
    if (key === '(') depth++
    else if (key === ')') depth--
    return depth === 0
  })
}

/** `INSERT INTO t SELECT *`, and a table made of all columns of a join. */
export const stars: CellRule = function* (cell): Iterable<Found> {
  if (!/\*/.test(cell.source)) return
  for (const { kind, tokens, query, at } of writingStatements(cell)) {
    const outer = topLevel(tokens.slice(query))
    const select = outer.findIndex(({ key }) => key === 'SELECT')
    const star = outer[select + 1]
    if (select < 0 || star?.key !== '*' || ['EXCEPT', 'REPLACE'].includes(outer[select + 2]?.key ?? '')) continue
    const from = outer.slice(select)
    const joins = from.some(({ key }) => key === 'JOIN')
    // `INSERT INTO t BY NAME` goes by names; columns in brackets say which are meant.
    const target = tokens.slice(0, query)
    if (kind === 'insert' && target.some(({ key }) => key === 'NAME' || key === '(')) continue
    if (kind === 'create' && !joins) continue
    const message =
      kind === 'insert'
        ? 'Columns are inserted by position, whichever the source has when it runs. Name them, or write INSERT INTO … BY NAME.'
        : 'All columns of the joined tables become columns of this one, and a name that both have makes it fail. Name the columns.'
    yield { code: 'select-star-into-table', where: { start: at + star.start, end: at + star.end }, message }
  }
}
