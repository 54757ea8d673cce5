import type { Effect, Span } from '../../effect.ts'
import { gap, replaceParameters } from '../../rough-path.ts'
import { withViews } from '../../any-view.ts'
import { analyzeSql, type Settings } from '../../sql/index.ts'
import { inAnySchema } from '../../symbolic-name.ts'
import { Kind, StringFlag, type CallNode, type ParseNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { literalText, piecesOf } from '../texts.ts'
import {
  isGiven,
  knowLocations,
  knownSettings,
  knownVariables,
  knowSettings,
  knowVariables,
  withLocations,
  withPartitions,
} from '../knowledge.ts'
import { entriesOf, itemsOf } from '../variables.ts'
import { notePlace } from './tables.ts'
import { onlyText, roughTexts, type Literal, type Value } from '../value.ts'

/** What stands for a part of the text that is not known: SQL's own way to say so. */
const gapName = 'dagbook_unknown'
const gapText = `\${${gapName}}`

/** A SQL text with the place in the source that each part of it came from. */
interface MappedText {
  readonly text: string
  readonly parts: readonly {
    readonly from: number
    readonly length: number
    readonly source: Span
    readonly verbatim: boolean
  }[]
}

/** Notes what a call such as `spark.sql("…")` does, and gives the reads of the frame that it returns. */
export function noteSql(
  run: Run,
  node: CallNode,
  query: Value | undefined,
  values: Value | undefined,
  /** Names of values that stand in braces in the text. */
  braces: readonly string[] = [],
): readonly Effect[] {
  const given = { ...parametersOf(run), ...valuesOf(run, values) }
  // Values that the call brings along are no parameters of the notebook.
  const names = values === undefined ? [] : namesOf(run, values)
  const isGivenHere = (resource: string): boolean =>
    resource.startsWith('param:') && (names === null || names.includes(resource.slice('param:'.length)))
  const argument = node.d.args[0]?.d.valueExpr
  const known = roughTexts(query)
  // What stands for them is computed; where it is a frame, the call brings its reads.
  const filled = (text: string): string =>
    text.replace(/\{(\w+)[^{}]*\}/g, (whole, name: string) => (braces.includes(name) ? '(select 1)' : whole))
  const mapped: readonly MappedText[] =
    braces.length === 0 &&
    (known === null || known.length === 1) &&
    argument !== undefined &&
    argument.nodeType === Kind.StringList
      ? [mappedText(run, argument.d.strings)]
      : (known ?? [gap]).map((text) => wholeText(sqlOf(filled(text)), argument ?? node))
  return mapped.flatMap((text) => noteText(run, text, node, given, mapped.length === 1, isGivenHere))
}

function noteText(
  run: Run,
  mapped: MappedText,
  node: ParseNode,
  values: Readonly<Record<string, string>>,
  sure: boolean,
  isGivenHere: (resource: string) => boolean,
): readonly Effect[] {
  const { namespace } = run
  const variables = knownVariables(run)
  // A function finds the settings that there are when it is called.
  const settings = run.deferred === null ? knownSettings(run) : {}
  const analysis = analyzeSql(mapped.text, namespace ?? { catalog: '*', schema: '*' }, values, variables, settings)
  knowVariables(run, analysis.effects)
  noteSettings(run, mapped.text, sure ? analysis.settings : {})
  const place = (where: Span): Span => run.site ?? sourceOf(mapped, where) ?? run.where(node)
  const isGap = (where: Span): boolean => mapped.text.slice(where.start, where.end).includes(gapText)
  const outside = ({ resource }: Effect): boolean =>
    resource !== `param:${gapName}` && !resource.startsWith('name:') && !isGivenHere(resource)
  // A text that is not known may use whatever the session has.
  if (hasGaps.test(mapped.text)) for (const name of variables) run.emit('read', `session:variable.${name}`, node)
  const placed = (all: readonly Effect[]): readonly Effect[] =>
    withLocations(
      run,
      withPartitions(
        run,
        mapped.text,
        withViews(all.filter(outside).map((effect) => inNamespace(effect, namespace === null))),
      ),
    )
  const effects = analysis.broken
    ? [{ mode: 'update' as const, resource: 'table:*' as const, where: { start: 0, end: 0 } }]
    : placed(analysis.effects)
  for (const { mode, resource, where, ...details } of effects)
    run.emit(mode === 'write' && !sure ? 'update' : mode, resource, place(where), details)
  run.emit('read', 'session:udf', node)
  for (const { code, severity, where, message } of analysis.findings) {
    if (code === 'deprecated-parameter' && isGap(where)) continue
    run.find(code, severity, place(where), message)
  }
  for (const { of, effects: behind } of analysis.carried) {
    if (!of.startsWith('name:') && run.deferred === null)
      run.carry(
        of,
        placed(behind).map((effect) => ({ ...effect, where: place(effect.where) })),
      )
  }
  if (run.deferred === null) {
    const { namespace: after } = analysis
    const isSame = after?.catalog === namespace?.catalog && after?.schema === namespace?.schema
    run.namespace = (sure || isSame) && after?.catalog !== '*' ? after : null
    if (!isSame) notePlace(run, node)
    knowLocations(run, mapped.text, analysis.statements)
  }
  const frame = analysis.carried.find(({ of }) => of === 'name:_sqldf')
  return frame === undefined ? [] : placed(frame.effects).map((effect) => ({ ...effect, where: place(effect.where) }))
}

/** Where it is not known which schema is the current one, names without schema may be any table. */
function inNamespace(effect: Effect, isUnknown: boolean): Effect {
  return isUnknown ? inAnySchema(effect) : effect
}

/** Notes what the settings are behind a text; one that is not known may set any. */
function noteSettings(run: Run, text: string, after: Settings): void {
  if (run.deferred !== null) return
  if (text.trimStart().search(hasGaps) === 0) knowSettings(run, {})
  else if (/^\s*(set|reset)\b/im.test(text)) knowSettings(run, after)
}

/** The values of the notebook's parameters that are known from above. */
function parametersOf(run: Run): Record<string, string> {
  return Object.fromEntries(
    [...run.parameterValues()].flatMap(([name, value]) => {
      const text = onlyText(value)
      return text === null || (text === '' && !isGiven(run.state, name)) ? [] : [[name, text]]
    }),
  )
}

/** The names of the values that a call brings along; null: they are not known. */
function namesOf(run: Run, values: Value): readonly string[] | null {
  if (itemsOf(run, values) !== null) return []
  const entries = entriesOf(run, values)
  return entries == null ? null : [...entries.keys()].map(String)
}

function valuesOf(run: Run, values: Value | undefined): Record<string, string> {
  const entries: ReadonlyMap<Literal, Value> =
    (values === undefined ? null : entriesOf(run, values)) ?? new Map<Literal, Value>()
  return Object.fromEntries(
    [...entries].flatMap(([name, value]) => {
      const text = onlyText(value)
      return typeof name !== 'string' || text === null ? [] : [[name, text]]
    }),
  )
}

function mappedText(run: Run, strings: readonly ParseNode[]): MappedText {
  const parts: MappedText['parts'][number][] = []
  let text = ''
  const add = (piece: string, source: Span, verbatim: boolean): void => {
    parts.push({ from: text.length, length: piece.length, source, verbatim })
    text += piece
  }
  // The pieces were evaluated with the argument: this is a second look, which must not be noted.
  const { log } = run
  run.log = { effects: [], findings: [] }
  for (const node of strings) {
    if (node.nodeType === Kind.String) {
      const { token } = node.d
      const start = token.start + token.prefixLength + token.quoteMarkLength
      const piece = literalText(node)
      const verbatim = piece.length === token.escapedValue.length
      if ((token.flags & StringFlag.Bytes) === 0)
        add(piece, { start, end: start + token.escapedValue.length }, verbatim)
    } else if (node.nodeType === Kind.FormatString) {
      for (const { start, end, value, verbatim } of piecesOf(run, node))
        add(sqlOf(onlyRough(value)), { start, end }, verbatim)
    }
  }
  run.log = log
  return { text, parts }
}

/** A text with gaps as SQL has them. The sign keeps apart what the program puts in and what SQL itself asks for. */
function sqlOf(text: string): string {
  return replaceParameters(text, (name) => `\${=${name}}`).replaceAll(gap, gapText)
}

/** Whether a text of SQL has gaps. */
const hasGaps = /\$\{(?:=|dagbook_unknown)/

function onlyRough(value: Value): string {
  const known = roughTexts(value)
  return known?.length === 1 ? known[0]! : gap
}

function wholeText(text: string, node: ParseNode): MappedText {
  return {
    text,
    parts: [
      { from: 0, length: text.length, source: { start: node.start, end: node.start + node.length }, verbatim: false },
    ],
  }
}

/** The place in the source that a range of the text came from. */
function sourceOf({ parts }: MappedText, where: Span): Span | null {
  const first = parts.find(({ from, length }) => where.start >= from && where.start < from + length)
  const last = parts.findLast(({ from, length }) => where.end > from && where.end <= from + length) ?? first
  if (first === undefined || last === undefined) return null
  const start = first.verbatim ? first.source.start + where.start - first.from : first.source.start
  const end = last.verbatim ? last.source.start + where.end - last.from : last.source.end
  return end > start ? { start, end } : first.source
}
