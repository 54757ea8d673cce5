import type { Effect } from '../../effect.ts'
import { argument, type Arguments } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import type { Run } from '../run.ts'
import type { LibraryCall } from './handler.ts'
import { notePath } from './paths.ts'
import { noteView } from './views.ts'
import { ofFrame, ofLibrary, unknown, type Value } from '../value.ts'

/** Methods that compute something, with what they give: a plain value, or an object. */
const scalars = new Set([
  'count',
  'show',
  'isEmpty',
  'printSchema',
  'explain',
  'foreach',
  'foreachPartition',
  'display',
  'corr',
  'cov',
  'approxQuantile',
  'isLocal',
  'inputFiles',
  'sameSemantics',
  'semanticHash',
])
const collected = new Set([
  'collect',
  'first',
  'head',
  'take',
  'tail',
  'toPandas',
  'toLocalIterator',
  'toArrow',
  'toJSON',
  'rdd',
  'collectAsMap',
  'to_pandas',
  'to_numpy',
  'takeOrdered',
  'top',
  'to_dicts',
  'fetch',
])
/** Between them and a computation there is one more step: `df.groupBy("a").count()` is a frame. */
const grouping = new Set(['groupBy', 'groupby', 'group_by', 'rollup', 'cube', 'groupingSets', 'pivot', 'cogroup'])
const viewMakers = /^create(OrReplace)?(Global)?TempView$|^registerTempTable$/

/** A method of a Spark frame. Frames never change: every method gives a new one, or computes. */
export function frameMethod(call: LibraryCall): Value | undefined {
  const { run, node, receiver, name, args } = call
  if (viewMakers.test(name)) {
    noteView(run, argument(args, 0, 'name'), receiver.frame ?? [], node, name.includes('Global'))
    return unknown
  }
  if (name === 'writeTo') {
    const options = new Map([['table', argument(args, 0, 'table') ?? unknown]])
    return { ...ofLibrary('spark.writeTo'), options, frame: receiver.frame }
  }
  if (fileWriters.test(name) && receiver.frame !== null) {
    notePath(run, argument(args, 0, 'path'), 'write', node)
    return unknown
  }
  // What is also an object of another kind may change in place, and have methods of its own.
  if (receiver.frame === null || receiver.objects.length > 0) return undefined
  if (name === 'pandas_api' || name === 'to_pandas_on_spark') return { ...fresh(), frame: receiver.frame }
  useArguments(run, node, args)
  const isGrouped = receiver.library.includes(grouped)
  if (scalars.has(name) && !isGrouped) return unknown
  if (collected.has(name)) return fresh()
  // It is computed here and now, and kept.
  if (/^(localC|c)heckpoint$/.test(name) && args.all.length === 0) return ofFrame([])
  const made = ofFrame([...receiver.frame, ...framesIn(run, args)])
  return grouping.has(name) ? { ...made, library: [grouped] } : made
}

/** Whether a method of that name computes: what it gives reads no table any more. */
export function computes(name: string): boolean {
  return scalars.has(name) || collected.has(name) || /^(fit|score|evaluate|append|add|log|assert)(_|$|[A-Z])/.test(name)
}

const grouped = 'spark.grouped'
const fileWriters = /^saveAs(TextFile|PickleFile|SequenceFile|HadoopFile)$/

/** The frames among the arguments of a call, and in collections among them. */
export function framesIn(run: Run, args: Arguments): readonly Effect[] {
  return args.all.flatMap((value) => [
    ...(value.frame ?? []),
    ...value.objects.flatMap((object) => run.state.partsOf(object).flatMap(({ frame }) => frame ?? [])),
  ])
}

/** Attributes that are frames again, or make them. */
const frameParts = new Set([
  'rdd',
  'na',
  'stat',
  'loc',
  'iloc',
  'at',
  'T',
  'spark',
  'pandas_on_spark',
  'str',
  'dt',
  'plot',
])

/** `frame.write`, `frame.writeStream`; of any value, for it may be a frame. */
export function frameAttribute(base: Value, name: string): Value | undefined {
  if (name === 'write' || name === 'writeStream')
    return { ...ofLibrary(`spark.${name}`), options: new Map(), frame: base.frame }
  if (name === 'sparkSession') return ofLibrary('spark')
  if (base.frame === null || base.objects.length > 0) return undefined
  if (name === '_jdf') return ofLibrary('spark.jdf')
  return frameParts.has(name) ? { ...unknown, frame: base.frame } : unknown
}
