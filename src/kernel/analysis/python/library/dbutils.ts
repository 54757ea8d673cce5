import type { Parameter } from '../../effect.ts'
import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import { from, literalText } from '../flow.ts'
import { isGiven } from '../knowledge.ts'
import { itemsOf } from '../variables.ts'
import { each, type Handler, type Handlers } from './handler.ts'
import { notePath } from './paths.ts'
import { noteNotebook } from './notebooks.ts'
import { ofLibrary, ofLiteral, onlyText, unknown } from '../value.ts'

const declare: Handler = ({ run, node, args, name }) => {
  const widget = onlyText(argument(args, 0, 'name'))
  if (widget === null) {
    run.emit('update', 'param:*', node)
    run.find('unresolved-parameter', 'warning', node, 'The name of this parameter is not known from the text.')
    return unknown
  }
  // A parameter that `%run` gives has the value given, whatever default the notebook declares.
  if (isGiven(run.state, widget)) return unknown
  run.emit('write', `param:${widget}`, node)
  const initial = argument(args, 1, 'defaultValue')
  const text = onlyText(initial)
  const list = argument(args, 2, 'choices')
  const choices = name === 'text' ? [] : (itemsOf(run, list ?? unknown) ?? []).flatMap((item) => onlyText(item) ?? [])
  const label = onlyText(argument(args, name === 'text' ? 2 : 3, 'label'))
  const parameter: Parameter = {
    name: widget,
    default: text ?? '',
    label,
    widget: name as Parameter['widget'],
    choices,
    where: run.where(node),
  }
  if (run.deferred === null) run.parameters.push(parameter)
  run.state.set(`#param.${widget}`, initial ?? ofLiteral(''))
  return unknown
}

const get: Handler = ({ run, node, args }) => {
  const widget = onlyText(argument(args, 0, 'name'))
  if (widget === null || !isGiven(run.state, widget))
    run.emit('read', widget === null ? 'param:*' : `param:${widget}`, node)
  if (widget === null) return unknown
  const value =
    isGiven(run.state, widget) && run.state.get(`#given.${widget}`) === undefined
      ? unknown
      : run.state.get(`#param.${widget}`)?.value
  if (run.flow === null) return value ?? unknown
  return {
    ...from(run.flow.open ? unknown : value, `dbutils.widgets.get(${literalText(widget)})`),
    parameter: widget,
  }
}

const remove: Handler = ({ run, node, args }) => {
  const widget = onlyText(argument(args, 0, 'name'))
  run.emit(widget === null ? 'update' : 'write', widget === null ? 'param:*' : `param:${widget}`, node)
  return unknown
}

const leave: Handler = ({ run }) => {
  run.flow?.leave(run, true)
  if (run.deferred === null) run.leaves = true
  return unknown
}

/** What `dbutils` does, by dotted name, and what ends a notebook. */
export const dbutilsHandlers: Handlers = {
  ...each('text dropdown combobox multiselect'.replace(/\S+/g, 'dbutils.widgets.$&'), declare),
  ...each('dbutils.widgets.get dbutils.widgets.getArgument getArgument', get),
  ...each('dbutils.widgets.getAll', ({ run, node }) => (run.emit('read', 'param:*', node), fresh())),
  ...each('dbutils.widgets.remove dbutils.widgets.removeAll', remove),
  ...each('dbutils.notebook.run', ({ run, node, args }) => {
    return noteNotebook(run, args, node)
  }),
  ...each('dbutils.notebook.exit sys.exit builtins.exit builtins.quit exit quit os._exit', leave),
  ...each('builtins.SystemExit', ({ run, node, args }) => {
    useArguments(run, node, args)
    return ofLibrary('builtins.SystemExit')
  }),
  ...each('dbutils.library.restartPython', ({ run, node }) => {
    run.emit('write', 'name:*', node)
    if (run.deferred === null) run.dropNames()
    return unknown
  }),
  ...each(
    'dbutils.library.install dbutils.library.installPyPI dbutils.library.updateCondaEnv',
    ({ run, node }) => (run.emit('update', 'session:pip', node), unknown),
  ),
  ...each(
    'dbutils.fs.ls dbutils.fs.head',
    ({ run, node, args }) => (notePath(run, argument(args, 0, 'path', 'dir', 'file'), 'read', node), fresh()),
  ),
  ...each(
    'dbutils.fs.put',
    ({ run, node, args }) => (notePath(run, argument(args, 0, 'file'), 'write', node), unknown),
  ),
  ...each(
    'dbutils.fs.mkdirs',
    ({ run, node, args }) => (notePath(run, argument(args, 0, 'dir'), 'update', node), unknown),
  ),
  ...each(
    'dbutils.fs.rm',
    ({ run, node, args }) => (notePath(run, argument(args, 0, 'dir', 'path'), 'write', node), unknown),
  ),
  ...each('dbutils.fs.cp dbutils.fs.mv', ({ run, node, args, name }) => {
    notePath(run, argument(args, 0, 'from_', 'source'), name === 'mv' ? 'update' : 'read', node)
    notePath(run, argument(args, 1, 'to', 'dest'), 'write', node)
    return unknown
  }),
}
