import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import type { LibraryCall } from './handler.ts'
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
])
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
  if (receiver.frame === null) return undefined
  useArguments(run, node, args)
  if (scalars.has(name)) return unknown
  if (collected.has(name)) return fresh()
  return ofFrame([...receiver.frame, ...args.all.flatMap((value) => value.frame ?? [])])
}

/** `frame.write`, `frame.writeStream`; of any value, for it may be a frame. */
export function frameAttribute(base: Value, name: string): Value | undefined {
  if (name === 'write' || name === 'writeStream')
    return { ...ofLibrary(`spark.${name}`), options: new Map(), frame: base.frame }
  if (base.frame === null) return undefined
  return name === 'rdd' || name === 'na' || name === 'stat' ? { ...unknown, frame: base.frame } : unknown
}
