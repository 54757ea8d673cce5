import { argument } from '../arguments.ts'
import { callUnknown } from '../uses.ts'
import { useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import type { Effect, Mode } from '../../effect.ts'
import {
  knowLocation,
  knownSettings,
  knowPartitions,
  knowSetting,
  knowSettings,
  replacesPartitions,
} from '../knowledge.ts'
import { framesIn } from './frames.ts'
import { noteSql } from './sql.ts'
import { each, type Handler, type Handlers, type LibraryCall } from './handler.ts'
import { notePath } from './paths.ts'
import { noteContainer, notePlace, noteTable } from './tables.ts'
import { noteView } from './views.ts'
import { ofFrame, ofLibrary, ofLiteral, onlyText, texts, unknown, type Value } from '../value.ts'

/** Reading settings is what every use of Spark does; it matters where a cell above sets one. */
function configured(call: LibraryCall): readonly Effect[] {
  const { run, node } = call
  run.emit('read', 'session:conf', node)
  return [{ mode: 'read', resource: 'session:conf', where: run.where(node) }]
}

const readTable: Handler = (call) => {
  const { run, node, args } = call
  return ofFrame([...noteTable(run, argument(args, 0, 'tableName', 'name'), 'read', node), ...configured(call)])
}

const readPath: Handler = (call) => {
  const { run, node, args, receiver, name } = call
  const first = argument(args, 0, 'path', 'paths') ?? args.others[0] ?? receiver.options?.get('path')
  // `parquet("/a", "/b")`; the others take a schema and the like there.
  const more =
    name === 'parquet' ? [...args.positional.slice(1), ...args.others.slice(args.positional.length === 0 ? 1 : 0)] : []
  const paths = [first, ...more].flatMap((path) => notePath(run, path, 'read', node))
  return ofFrame([...paths, ...configured(call)])
}

/** `reader.load()`: from a path, or from whatever the format needs (JDBC, Kafka, a rate source). */
const load: Handler = (call) => {
  const path = argument(call.args, 0, 'path') ?? call.receiver.options?.get('path')
  const format = onlyText(call.receiver.options?.get('format'))
  if (format === 'iceberg') return ofFrame([...noteTable(call.run, path, 'read', call.node), ...configured(call)])
  if (isElsewhere(path, format)) return ofFrame(configured(call))
  return readPath(call)
}

/** Whether a format of its own keeps the data somewhere else than in files. */
function isElsewhere(path: Value | undefined, format: string | null): boolean {
  if (format === null || fileFormats.has(format)) return false
  return (
    path === undefined || texts(path)?.every((text) => !/[/:]|\.(xlsx?|xml|csv|json|parquet|avro)$/.test(text)) === true
  )
}

const fileFormats = new Set([
  'delta',
  'parquet',
  'csv',
  'json',
  'orc',
  'avro',
  'text',
  'binaryFile',
  'cloudFiles',
  'xml',
  'image',
])

/** Readers and writers are built step by step: each step gives the same thing with one more setting. */
const setOption: Handler = ({ receiver, args, name }) => {
  const options = new Map(receiver.options ?? [])
  const key = name === 'option' ? onlyText(args.positional[0]) : name
  const value = name === 'option' ? args.positional[1] : args.positional[0]
  if (key !== null && value !== undefined) options.set(key, value)
  for (const [named, given] of args.named) options.set(named, given)
  return { ...receiver, options }
}

const steps =
  'format option options schema mode partitionBy bucketBy sortBy clusterBy outputMode trigger queryName tableProperty using partitionedBy'

function modeOf(call: LibraryCall): Mode {
  const given =
    argument(call.args, -1, 'mode') ??
    call.receiver.options?.get('mode') ??
    call.args.positional[call.name === 'saveAsTable' ? 2 : 1]
  const overwrites = onlyText(given)?.toLowerCase() === 'overwrite'
  const { options } = call.receiver
  const partly =
    options?.has('replaceWhere') ||
    options?.has('partitionOverwriteMode') ||
    (replacesPartitions(call.run) && (options?.has('partitionBy') || call.name === 'insertInto'))
  return overwrites && !partly ? 'write' : 'update'
}

const saveAsTable: Handler = (call) => {
  const { run, node, receiver } = call
  const tables = noteTable(run, argument(call.args, 0, 'name', 'tableName'), modeOf(call), node)
  const path = receiver.options?.get('path')
  if (path !== undefined) {
    const [file] = notePath(run, path, 'update', node)
    if (tables.length === 1 && file !== undefined) knowLocation(run, tables[0]!.resource, file.resource)
  }
  configured(call)
  return unknown
}

const insertInto: Handler = (call) => {
  const overwrite = argument(call.args, 1, 'overwrite')
  const given = overwrite?.literals?.[0] === true && !replacesPartitions(call.run)
  const all = given || modeOf(call) === 'write'
  noteTable(call.run, argument(call.args, 0, 'tableName'), all ? 'write' : 'update', call.node)
  return unknown
}

const savePath: Handler = (call) => {
  const path = argument(call.args, 0, 'path') ?? call.receiver.options?.get('path')
  const format = onlyText(argument(call.args, -1, 'format') ?? call.receiver.options?.get('format'))
  configured(call)
  if (isElsewhere(path, format)) return unknown
  notePath(call.run, path, modeOf(call), call.node)
  return unknown
}

/** `writeStream.start()`: appends, and keeps its place in a checkpoint. */
const startStream: Handler = (call) => {
  const { run, node, args, receiver, name } = call
  if (name === 'toTable' || name === 'table') noteTable(run, argument(args, 0, 'tableName'), 'update', node)
  else if (argument(args, 0, 'path') ?? receiver.options?.get('path'))
    notePath(run, argument(args, 0, 'path') ?? receiver.options?.get('path'), 'update', node)
  const view = receiver.options?.get('queryName')
  if (onlyText(receiver.options?.get('format')) === 'memory' && view !== undefined) noteView(run, view, [], node)
  const checkpoint = receiver.options?.get('checkpointLocation')
  if (checkpoint !== undefined) notePath(run, checkpoint, 'update', node)
  useArguments(run, node, args)
  return fresh('stateful')
}

function writeToTable(mode: Mode): Handler {
  return ({ run, node, receiver }) => {
    noteTable(run, receiver.options?.get('table'), mode, node)
    return unknown
  }
}

const setConf: Handler = ({ run, node, args, name }) => {
  run.emit('update', 'session:conf', node)
  if (name === 'setLogLevel' || name === 'setCheckpointDir') return unknown
  const setting = onlyText(args.positional[0])
  if (setting === null || /partitionOverwriteMode/i.test(setting)) knowPartitions(run)
  if (setting === null) knowSettings(run, {})
  else knowSetting(run, setting, name === 'unset' ? null : onlyText(args.positional[1]))
  return unknown
}

const registerFunction: Handler = ({ run, node, args }) => {
  run.emit('update', 'session:udf', node)
  for (const value of args.all)
    for (const object of value.objects) if (object.closure !== undefined) callUnknown(run, object, node)
  return args.positional[1] ?? unknown
}

const useNamespace: Handler = ({ run, node, args, name }) => {
  const given = onlyText(argument(args, 0, 'dbName', 'catalogName', 'databaseName'))
    ?.toLowerCase()
    .split('.')
  const [catalog, schema] =
    name === 'setCurrentCatalog' ? [given?.[0], 'default'] : [given?.at(-2) ?? run.namespace?.catalog, given?.at(-1)]
  if (name === 'setCurrentCatalog' || given === undefined || given.length > 1)
    run.emit('write', 'session:catalog', node)
  if (given !== undefined)
    noteContainer(
      run,
      name === 'setCurrentCatalog' ? 'catalog' : 'schema',
      ofLiteral(given.join('.')),
      'read',
      node,
      true,
    )
  run.emit('write', 'session:schema', node)
  if (run.deferred === null) run.namespace = catalog === undefined || schema === undefined ? null : { catalog, schema }
  if (run.deferred === null) notePlace(run, node)
  return unknown
}

const dropView: Handler = ({ run, node, args, name }) => {
  noteView(run, argument(args, 0, 'viewName'), null, node, name.includes('Global'))
  return unknown
}

/** What Spark's own names do, by dotted name. */
export const sparkHandlers: Handlers = {
  ...each('spark.table spark.read.table spark.readStream.table table sqlContext.table', readTable),
  ...each('spark.sql sql sqlContext.sql', (call) => {
    const frame = noteSql(
      call.run,
      call.node,
      argument(call.args, 0, 'sqlQuery', 'query'),
      argument(call.args, 1, 'args', 'params'),
      [...call.args.named.keys()].filter((name) => !['sqlQuery', 'args', 'params'].includes(name)),
    )
    for (const [name, value] of call.args.named)
      if (!['sqlQuery', 'args', 'params'].includes(name))
        useArguments(call.run, call.node, { ...call.args, all: [value] })
    return ofFrame([...frame, ...framesIn(call.run, call.args), ...configured(call)])
  }),
  ...each('spark.grouped.count', ({ receiver }) => ofFrame(receiver.frame ?? [])),
  ...each('spark.jdf.sparkSession', () => ofLibrary('spark')),
  ...each('sc.textFile sc.wholeTextFiles sc.binaryFiles sc.pickleFile sc.sequenceFile', readPath),
  ...each('spark.catalog.recoverPartitions', ({ run, node, args }) => {
    noteTable(run, argument(args, 0, 'tableName'), 'update', node)
    return unknown
  }),
  ...each('spark.read.load spark.readStream.load', load),
  ...each('csv json parquet orc text textFile xml'.replace(/\S+/g, 'spark.read.$& spark.readStream.$&'), readPath),
  ...each('spark.read.jdbc', (call) => ofFrame(configured(call))),
  ...each(
    steps.replace(/\S+/g, 'spark.read.$& spark.readStream.$& spark.write.$& spark.writeStream.$& spark.writeTo.$&'),
    setOption,
  ),
  ...each('spark.write.saveAsTable', saveAsTable),
  ...each('spark.write.insertInto', insertInto),
  ...each('save csv json parquet orc text xml'.replace(/\S+/g, 'spark.write.$&'), savePath),
  ...each('spark.write.jdbc', () => unknown),
  ...each('start toTable table'.replace(/\S+/g, 'spark.writeStream.$&'), startStream),
  ...each('foreachBatch foreach'.replace(/\S+/g, 'spark.writeStream.$&'), (call) => {
    useArguments(call.run, call.node, call.args)
    return setOption(call)
  }),
  ...each(
    'spark.writeTo.create spark.writeTo.append spark.writeTo.overwrite spark.writeTo.overwritePartitions',
    writeToTable('update'),
  ),
  ...each('spark.writeTo.createOrReplace spark.writeTo.replace', writeToTable('write')),
  ...each('spark.createDataFrame spark.range spark.newSession sc.parallelize sc.emptyRDD', (call) => {
    useArguments(call.run, call.node, call.args)
    return call.name === 'newSession'
      ? ofLibrary('spark')
      : ofFrame([...framesIn(call.run, call.args), ...configured(call)])
  }),
  ...each('spark.conf.set spark.conf.unset sqlContext.setConf sc.setLogLevel sc.setCheckpointDir', setConf),
  ...each('spark.conf.get', ({ run, node, args }) => {
    run.emit('read', 'session:conf', node)
    const text = run.deferred === null ? knownSettings(run)[onlyText(args.positional[0]) ?? ''] : undefined
    return text === undefined || text.includes('${') ? unknown : ofLiteral(text)
  }),
  ...each(
    'spark.udf.register spark.udf.registerJavaFunction spark.udtf.register spark.dataSource.register',
    registerFunction,
  ),
  ...each('spark.catalog.setCurrentCatalog spark.catalog.setCurrentDatabase', useNamespace),
  ...each('spark.catalog.tableExists spark.catalog.getTable spark.catalog.listColumns', ({ run, node, args }) => {
    const table = argument(args, 0, 'tableName')
    const schema = argument(args, 1, 'dbName')
    const [name, of] = [onlyText(table), onlyText(schema)]
    const full = schema === undefined ? table : name === null || of === null ? unknown : ofLiteral(`${of}.${name}`)
    noteTable(run, full, 'read', node)
    return unknown
  }),
  ...each('spark.catalog.listTables', ({ run, node, args }) => {
    noteContainer(run, 'schema', argument(args, 0, 'dbName'), 'read', node)
    return unknown
  }),
  ...each('spark.catalog.databaseExists spark.catalog.getDatabase', ({ run, node, args }) => {
    noteContainer(run, 'schema', argument(args, 0, 'dbName'), 'read', node, true)
    return unknown
  }),
  ...each('spark.catalog.listDatabases', ({ run, node }) => {
    noteContainer(run, 'catalog', undefined, 'read', node)
    return unknown
  }),
  ...each('spark.catalog.listCatalogs', ({ run, node }) => (run.emit('read', 'table:*', node), unknown)),
  ...each('spark.catalog.currentDatabase', ({ run, node }) => (run.emit('read', 'session:schema', node), unknown)),
  ...each('spark.catalog.currentCatalog', ({ run, node }) => (run.emit('read', 'session:catalog', node), unknown)),
  ...each(
    'spark.catalog.listFunctions spark.catalog.functionExists spark.catalog.getFunction',
    ({ run, node }) => (run.emit('read', 'session:udf', node), unknown),
  ),
  ...each('spark.catalog.createTable spark.catalog.createExternalTable', ({ run, node, args }) => {
    const path = argument(args, 1, 'path')
    const [file] = path === undefined ? [] : notePath(run, path, 'read', node)
    const tables = noteTable(run, argument(args, 0, 'tableName'), 'write', node)
    if (file !== undefined && tables.length === 1) knowLocation(run, tables[0]!.resource, file.resource)
    return ofFrame(tables.map((table) => ({ ...table, mode: 'read' })))
  }),
  ...each('spark.catalog.dropTempView spark.catalog.dropGlobalTempView sqlContext.dropTempTable', dropView),
  ...each('spark.catalog.refreshTable spark.catalog.cacheTable spark.catalog.uncacheTable', () => unknown),
}
