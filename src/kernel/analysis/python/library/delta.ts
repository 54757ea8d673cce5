import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import type { Handler, Handlers, LibraryCall } from './handler.ts'
import { each } from './handler.ts'
import { knowLocation } from '../knowledge.ts'
import { notePath, pathEffects } from './paths.ts'
import { noteTable, tableEffects } from './tables.ts'
import { ofFrame, ofLibrary, onlyText, texts, unknown, type Value } from '../value.ts'
import type { Effect, Mode } from '../../effect.ts'

/** A Delta table at hand: which one it is stands in its settings, as `table` or `path`. */
function deltaTable(kind: 'table' | 'path', name: Value | undefined, frame: readonly Effect[]): Value {
  return { ...ofLibrary('delta.instance'), options: new Map([[kind, name ?? unknown]]), frame }
}

const byName: Handler = ({ run, node, args }) => {
  const name = argument(args, 1, 'tableOrViewName')
  return deltaTable('table', name, noteTable(run, name, 'read', node))
}

const byPath: Handler = ({ run, node, args }) => {
  const path = argument(args, 1, 'path')
  return deltaTable('path', path, notePath(run, path, 'read', node))
}

function change(mode: Mode): Handler {
  return ({ run, node, args, receiver }) => {
    useArguments(run, node, args)
    noteTarget(run, node, receiver.options, mode)
    return { ...ofLibrary('delta.builder'), options: receiver.options }
  }
}

function noteTarget(run: LibraryCall['run'], node: LibraryCall['node'], options: Value['options'], mode: Mode): void {
  const path = options?.get('path')
  if (path !== undefined) notePath(run, path, mode, node)
  else noteTable(run, options?.get('table'), mode, node)
}

/** `DeltaTable.create(spark).tableName("t")….execute()` */
function create(mode: Mode): Handler {
  return () => ofLibrary(`delta.create.${mode}`)
}

const named: Handler = ({ run, node, args, receiver, name }) => {
  const mode = receiver.library.some((own) => own.includes('.write')) ? 'write' : 'update'
  const key = name === 'tableName' ? 'table' : 'path'
  const given = argument(args, 0, 'identifier', 'location') ?? unknown
  const made = key === 'table' ? noteTable(run, given, mode, node) : notePath(run, given, mode, node)
  const options = new Map([...(receiver.options ?? []), [key, given] as const])
  const table = options.get('table')
  const path = onlyText(options.get('path'))
  if (table !== undefined && path !== null) {
    const [own] = key === 'table' ? made : tableEffects(run, table, 'update', node)
    if (own !== undefined) knowLocation(run, own.resource, `path:${path}`)
  }
  return { ...ofLibrary(`delta.create.${mode}`), options }
}

/** `execute()` gives the table that was made. */
const executed: Handler = ({ run, node, receiver: { options } }) => {
  const kind = options?.has('table') ? 'table' : 'path'
  const name = options?.get(kind)
  const reads = kind === 'table' ? tableEffects(run, name, 'read', node) : pathEffects(run, name, 'read', node)
  return deltaTable(kind, name, reads)
}

/** A copy of the table goes to a path, or to another table. */
const cloned: Handler = ({ run, node, args }) => {
  const target = argument(args, 0, 'target')
  if (texts(target)?.every((text) => !text.includes('/'))) noteTable(run, target, 'update', node)
  else notePath(run, target, 'update', node)
  return unknown
}

const same: Handler = ({ run, node, args, receiver }) => {
  useArguments(run, node, args)
  return { ...ofLibrary('delta.builder'), options: receiver.options }
}

export const deltaHandlers: Handlers = {
  ...each('DeltaTable.forName', byName),
  ...each('DeltaTable.forPath', byPath),
  ...each(
    'DeltaTable.convertToDelta',
    ({ run, node, args }) => (noteTable(run, argument(args, 1, 'identifier'), 'update', node), unknown),
  ),
  ...each(
    'DeltaTable.isDeltaTable',
    ({ run, node, args }) => (notePath(run, argument(args, 1, 'identifier'), 'read', node), unknown),
  ),
  ...each('DeltaTable.create DeltaTable.createIfNotExists', create('update')),
  ...each('DeltaTable.createOrReplace DeltaTable.replace', create('write')),
  ...each('toDF history detail'.replace(/\S+/g, 'delta.instance.$&'), ({ receiver }) => ofFrame(receiver.frame ?? [])),
  ...each('alias as'.replace(/\S+/g, 'delta.instance.$&'), ({ receiver }) => ({
    ...receiver,
    library: ['delta.instance'],
  })),
  ...each(
    'update delete merge vacuum optimize generate restoreToVersion restoreToTimestamp upgradeTableProtocol addFeatureSupport'.replace(
      /\S+/g,
      'delta.instance.$&',
    ),
    change('update'),
  ),
  ...each('clone cloneAtVersion cloneAtTimestamp'.replace(/\S+/g, 'delta.instance.$&'), cloned),
  ...each('delta.create.update.execute delta.create.write.execute', executed),
  ...each('tableName location'.replace(/\S+/g, 'delta.create.update.$& delta.create.write.$&'), named),
}

/** Every other step of a builder gives the builder. */
export function deltaStep(call: LibraryCall): Value | undefined {
  const builder = call.receiver.library.find(
    (own) => own.startsWith('delta.builder') || own.startsWith('delta.create.'),
  )
  if (builder === undefined) return undefined
  return builder.startsWith('delta.builder')
    ? same(call)
    : { ...ofLibrary(builder.split('.').slice(0, 3).join('.')), options: call.receiver.options }
}
