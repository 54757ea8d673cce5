import { python } from '@codemirror/lang-python'
import { sql, SQLDialect } from '@codemirror/lang-sql'
import type { LanguageSupport } from '@codemirror/language'
import type { Cell } from '../state/index.ts'

/** The words of Spark SQL that are set as keywords. */
const keywords = `add all alter analyze and anti any array as asc between both by cache case cast catalog check cluster clustered
  column columns comment commit constraint copy create cross cube current database databases dbproperties default delete
  delta desc describe detail distinct distribute drop else end escape except exists explain extended external false files
  filter first following for foreign format from full function functions generated global grant group grouping having if
  ignore ilike in inner insert intersect interval into is join key last lateral left like limit location map matched merge
  minus msck natural no not null nulls of offset on only optimize or order outer over overwrite parquet partition
  partitioned pivot preceding primary properties qualify range recursive refresh rename repair replace restore restrict
  revoke right rlike rollup row rows schema schemas select semi set sets show some sort source start table tables
  tablesample target tblproperties temp temporary then to truncate true unbounded union unique unpivot update use using
  vacuum values version view when where window with within zorder`

const types = `bigint binary boolean byte char date decimal double float int integer interval long map array struct short smallint
  string timestamp timestamp_ntz tinyint varchar variant void`

const spark = SQLDialect.define({
  keywords,
  types,
  builtin: '',
  backslashEscapes: true,
  doubleQuotedStrings: true,
  identifierQuotes: '`',
})

const supports: Partial<Record<Cell['kind'], LanguageSupport>> = {}

/** The language that a cell of this kind is written in; null: plain text, or not loaded yet (`loadLanguage`). */
export function languageOf(kind: Cell['kind']): LanguageSupport | null {
  switch (kind) {
    case 'python':
      return (supports.python ??= python())
    case 'sql':
      return (supports.sql ??= sql({ dialect: spark, upperCaseKeywords: true }))
    default:
      return supports[kind] ?? null
  }
}

/**
 * Loads what `languageOf` has no answer to yet: Markdown brings HTML, CSS and JavaScript with it, and is needed only once somebody
 * edits it. Null if there is nothing to load.
 */
export function loadLanguage(kind: Cell['kind']): Promise<void> | null {
  if (kind !== 'markdown' || supports.markdown !== undefined) return null
  return import('@codemirror/lang-markdown').then(({ markdown }) => {
    supports.markdown ??= markdown()
  })
}
