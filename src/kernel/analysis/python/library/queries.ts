import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import type { ParseNode } from '../nodes.ts'
import { isModuleName, type Run } from '../run.ts'
import { loadName, localKey, partsFor } from '../variables.ts'
import { each, type Handler, type Handlers, type LibraryCall } from './handler.ts'
import { notePath } from './paths.ts'
import { join, ofLibrary, ofLiteral, onlyText, roughTexts, type Value } from '../value.ts'

/**
 * SQL that runs in the Python process (DuckDB, polars, pandasql): it asks for frames by their Python names, and for files.
 */
const query: Handler = (call) => {
  const { run, node, args, receiver } = call
  useArguments(run, node, args)
  if (receiver.objects.length > 0) run.change(receiver, node)
  else if (call.name !== 'sqldf') run.emit('update', 'session:duckdb', node)
  const found: Value[] = []
  for (const text of roughTexts(argument(args, 0, 'query', 'sql')) ?? []) {
    noteFiles(run, text, node)
    for (const name of wordsOf(text)) if (holdsFrame(run, name)) found.push(loadName(run, name, node))
  }
  const made = fresh()
  run.state.addParts(made.objects[0]!, found.flatMap(partsFor))
  const frames = found.flatMap(({ frame }) => frame ?? [])
  return frames.length === 0 ? made : { ...made, frame: frames }
}

const word = /'(?:[^']|'')*'|--[^\n]*|(\.?)\b([A-Za-z_]\w*)\b(?!\s*\()/g

/** What may be a name in a SQL text: no strings, comments, functions, and columns of something. */
function wordsOf(text: string): readonly string[] {
  const found = [...text.matchAll(word)].filter(([, dot, name]) => name !== undefined && dot === '')
  return [...new Set(found.map(([, , name]) => name!))]
}

/** Whether a name that can be seen here may hold a frame, and not a function, text or number. */
function holdsFrame(run: Run, name: string): boolean {
  for (let frame: typeof run.frame | null = run.frame; frame !== null; frame = frame.parent) {
    const key = localKey(frame, name)
    const binding = run.state.get(key)
    if (binding === undefined || (frame.parent === null && key === name && !isModuleName(key))) continue
    const { objects, frame: reads } = binding.value
    return reads !== null || objects.some(({ kind }) => kind === 'value' || kind === 'instance')
  }
  return false
}

const readers = /\b(?:read_\w+|\w+_scan|sniff_csv)\s*\(\s*(\[[^\]]*\]|'[^']*')/gi
const relations = /\b(?:from|join)\s+('[^']*')/gi
const writers = /\b(?:to|export\s+database)\s+('[^']*')/gi
const attached = /\battach\s+(?:database\s+)?(?:if\s+not\s+exists\s+)?('[^']*')/gi

function noteFiles(run: Run, text: string, at: ParseNode): void {
  const isWriter = /\b(?:copy|export)\b/i.test(text)
  const patterns = [
    [readers, 'read'],
    [relations, 'read'],
    [attached, 'update'],
    ...(isWriter ? ([[writers, 'write']] as const) : []),
  ] as const
  for (const [pattern, mode] of patterns)
    for (const [, quoted] of text.matchAll(pattern))
      for (const [, path] of quoted!.matchAll(/'([^']*)'/g)) notePath(run, ofLiteral(path!), mode, at)
}

/** A database of DuckDB: in memory, or in a file that every use of it touches. */
const connect: Handler = ({ run, node, args, name }) => {
  const path = argument(args, 0, 'database')
  const isFile = path !== undefined && !/^:memory:/.test(onlyText(path) ?? '') && onlyText(path) !== ''
  const touches = isFile ? notePath(run, path, 'update', node) : []
  const made = fresh('stateful', { touches })
  return name === 'connect' ? { ...made, library: ['duckdb.connection'] } : made
}

/** Frames that a context of SQL is made with, and those of the notebook if it is asked for them. */
const context: Handler = ({ run, node, args }: LibraryCall) => {
  useArguments(run, node, args)
  const made = fresh()
  run.state.addParts(made.objects[0]!, args.all.flatMap(partsFor))
  return { ...made, ...ofLibrary('polars.context'), objects: made.objects, frame: join([...args.all]).frame }
}

export const queryHandlers: Handlers = {
  ...each('sql query execute from_query query_df'.replace(/\S+/g, 'duckdb.$& duckdb.connection.$&'), query),
  ...each('polars.sql polars.context.execute pandasql.sqldf', query),
  ...each('polars.SQLContext', context),
  ...each('duckdb.connect sqlite3.connect', connect),
}
