import type { Arguments } from '../arguments.ts'
import { callMethod, callOpaque } from '../calls.ts'
import { fresh } from '../expressions.ts'
import { Operator, type BinaryOperationNode, type CallNode, type ParseNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { join, ofLibrary, unknown, type Value } from '../value.ts'
import { builtinHandlers } from './builtins.ts'
import { dbutilsHandlers } from './dbutils.ts'
import { deltaHandlers, deltaStep } from './delta.ts'
import { dbfsHandlers } from './dbfs.ts'
import { fileHandlers, fileMethod, looseFiles } from './files.ts'
import { joinPaths, ofPath, pathType } from './path-texts.ts'
import { pathAttribute, pathMethod } from './path-methods.ts'
import { frameAttribute, frameMethod } from './frames.ts'
import type { Handler, LibraryCall } from './handler.ts'
import { pandasOnSparkHandlers, pandasOnSparkMethod } from './pandas-on-spark.ts'
import { queryHandlers } from './queries.ts'
import { sessionCall, sessionHandlers, storeLibraryAttribute, storeLibraryItem } from './session.ts'
import { isChangeName } from './methods.ts'
import { sparkHandlers } from './spark.ts'

let handlers: ReadonlyMap<string, Handler> | null = null

/** What a function does, by dotted name. Gathered at its first use: the groups and the interpreter import each other. */
function handlerOf(name: string): Handler | undefined {
  const groups = [
    builtinHandlers,
    dbfsHandlers,
    dbutilsHandlers,
    deltaHandlers,
    fileHandlers,
    pandasOnSparkHandlers,
    queryHandlers,
    sessionHandlers,
    sparkHandlers,
  ]
  handlers ??= new Map(groups.flatMap((group) => Object.entries(group)))
  return handlers.get(name)
}

/** What is known of Python's and other libraries. */
export const library = {
  /** A call of a library's function. */
  call(run: Run, node: CallNode, callee: Value, args: Arguments): Value {
    const results = callee.library.map((name) => {
      const dot = name.lastIndexOf('.')
      const receiver = { ...callee, library: dot === -1 ? [] : [name.slice(0, dot)] }
      const call: LibraryCall = { run, node, args, receiver, name: name.slice(dot + 1) }
      const known = callNamed(name, call)
      if (known !== undefined) return known
      looseFiles(call)
      return callOpaque(run, node, callee, args)
    })
    return join(results)
  },

  /** A method of a value that a library made, or a function of its module; undefined: nothing is known of it. */
  method(run: Run, node: CallNode, receiver: Value, name: string, args: Arguments): Value | undefined {
    const call: LibraryCall = { run, node, args, receiver, name }
    for (const own of receiver.library) {
      const known = callNamed(`${own}.${name}`, call)
      if (known !== undefined) return known
    }
    const [first, ...rest] = args.positional
    // `list.append(xs, 1)`, `object.__setattr__(self, "x", 1)`: a method with its object before the others.
    if (
      first !== undefined &&
      first.objects.length > 0 &&
      receiver.library.some((own) => isType(own)) &&
      isChangeName(name)
    )
      return callMethod(run, node, first, name, { ...args, positional: rest, all: args.all.slice(1) })
    const special =
      deltaStep(call) ?? pathMethod(call) ?? pandasOnSparkMethod(call) ?? fileMethod(call) ?? frameMethod(call)
    if (special !== undefined) return special
    looseFiles(call)
    const isModule = receiver.library.length > 0 && receiver.objects.length === 0
    return isModule ? callOpaque(run, node, unknown, args) : undefined
  },

  attribute(run: Run, base: Value, name: string, at: ParseNode): Value | undefined {
    if (base.library.includes(pathType)) return pathAttribute(base, name)
    const spark = frameAttribute(base, name)
    if (base.library.length === 0 || base.frame !== null) return spark
    const names = base.library.map((own) => canonical(`${own}.${name}`))
    if (names.includes('os.environ')) run.emit('read', 'session:env', at)
    if (names.includes('ipython.user_ns')) run.emit('read', 'name:*', at)
    if (base.library.includes('__main__')) return run.readModuleName(name, at)
    return {
      ...ofLibrary(...names),
      options: base.options ?? (names.some((own) => readers.has(own)) ? new Map<string, Value>() : null),
    }
  },

  subscript(run: Run, base: Value, index: Value, at: ParseNode): Value | undefined {
    if (base.frame !== null && base.objects.length === 0) return { ...unknown, frame: base.frame }
    if (base.library.includes('sys.modules')) {
      const [module] = index.literals ?? []
      return module === '__main__' ? ofLibrary('__main__') : typeof module === 'string' ? ofLibrary(module) : unknown
    }
    if (base.library.includes('os.environ')) {
      run.emit('read', 'session:env', at)
      return unknown
    }
    // A subscripted type (`list[int]`), or an item of something that a module has.
    return base.library.length > 0 && base.objects.length === 0 && index.literals === null
      ? ofLibrary(...base.library)
      : undefined
  },

  /** `path / "name"`. */
  operator(left: Value, right: Value, operator: BinaryOperationNode['d']['operator']): Value | undefined {
    const isPath = left.library.includes(pathType) || right.library.includes(pathType)
    return operator === Operator.Divide && isPath ? ofPath(joinPaths(left, right)) : undefined
  },

  storeItem: storeLibraryItem,

  storeAttribute(run: Run, base: Value, name: string, value: Value, at: ParseNode): boolean {
    return storeLibraryAttribute(run, base, name, value, at)
  },
}

/** By its name, a class of a library. */
function isType(name: string): boolean {
  return /^builtins\.(list|dict|set|bytearray|object)$/.test(name) || /\.[A-Z]\w*$/.test(name)
}

const readers = new Set(['spark.read', 'spark.readStream'])

function callNamed(name: string, call: LibraryCall): Value | undefined {
  const own = canonical(name)
  if (own.endsWith('.getOrCreate') || own.endsWith('SparkSession.getActiveSession')) return ofLibrary('spark')
  // Each step of a session's builder gives the builder.
  const builder = /^.*Session\.builder(?=\.\w+$)/.exec(own)?.[0]
  if (builder !== undefined) return own.endsWith('.create') ? ofLibrary('spark') : ofLibrary(builder)
  const handler = handlerOf(own)
  if (handler !== undefined) return handler(call)
  if (own === 'udf' || own === 'pandas_udf') return call.args.positional[0] ?? fresh()
  return sessionCall(own, call)
}

/** One name for what goes by several. */
function canonical(name: string): string {
  if (name.startsWith('pyspark.') || name.startsWith('delta.') || name.startsWith('databricks.')) {
    if (/\.DeltaTable(\.|$)/.test(name)) return name.slice(name.indexOf('DeltaTable'))
    if (/^pyspark\.sql\.functions\.(udf|pandas_udf)$/.test(name)) return name.slice(name.lastIndexOf('.') + 1)
    if (name === 'databricks.sdk.runtime.spark' || name === 'databricks.sdk.runtime.dbutils')
      return name.slice(name.lastIndexOf('.') + 1)
    return name
  }
  if (name === 'spark.sparkContext' || name.startsWith('spark.sparkContext.'))
    return `sc${name.slice('spark.sparkContext'.length)}`
  return name
}
