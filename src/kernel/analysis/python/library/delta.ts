import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import type { Handler, Handlers, LibraryCall } from './handler.ts'
import { each } from './handler.ts'
import { notePath } from './paths.ts'
import { noteTable } from './tables.ts'
import { ofFrame, ofLibrary, unknown, type Value } from '../value.ts'
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
  if (name === 'tableName') noteTable(run, argument(args, 0, 'identifier'), mode, node)
  else notePath(run, argument(args, 0, 'location'), mode, node)
  return ofLibrary('delta.builder')
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
    : { ...call.receiver, library: [builder.split('.').slice(0, 3).join('.')] }
}
