import type { Parameter } from '../../effect.ts'
import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import { parameterGap } from '../../rough-path.ts'
import { isGiven } from '../knowledge.ts'
import { collection, itemsOf } from '../variables.ts'
import { each, type Handler, type Handlers } from './handler.ts'
import { noteNotebook } from './notebooks.ts'
import { ofLibrary, ofLiteral, onlyText, unknown, type Literal, type Value } from '../value.ts'

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
  const value = run.state.get(`#param.${widget}`)?.value ?? unknown
  if (isGiven(run.state, widget)) return value
  // Nobody means the empty text: the value comes with the run, as it does where no default is known.
  const isOpen = value.literals === null || onlyText(value) === ''
  const known = isOpen ? parameterGap(widget) : null
  return known !== null ? ofLiteral(known) : onlyText(value) === '' ? unknown : value
}

const getAll: Handler = ({ run, node }) => {
  run.emit('read', 'param:*', node)
  const entries = new Map<Literal, Value>([...run.parameterValues()].filter(([, value]) => onlyText(value) !== ''))
  return entries.size === 0 ? fresh() : collection(run, [...entries.values()], { entries })
}

const remove: Handler = ({ run, node, args }) => {
  const widget = onlyText(argument(args, 0, 'name'))
  run.emit(widget === null ? 'update' : 'write', widget === null ? 'param:*' : `param:${widget}`, node)
  return unknown
}

const leave: Handler = ({ run }) => {
  if (run.deferred === null) run.leaves = true
  return unknown
}

/** What `dbutils` does, by dotted name, and what ends a notebook. */
export const dbutilsHandlers: Handlers = {
  ...each('text dropdown combobox multiselect'.replace(/\S+/g, 'dbutils.widgets.$&'), declare),
  ...each('dbutils.widgets.get dbutils.widgets.getArgument getArgument', get),
  ...each('dbutils.widgets.getAll', getAll),
  ...each('dbutils.widgets.remove dbutils.widgets.removeAll', remove),
  ...each('dbutils.notebook.run', ({ run, node, args }) => {
    noteNotebook(run, argument(args, 0, 'path'), node)
    return unknown
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
  ...each('dbutils.jobs.taskValues.set', ({ run, node, args }) => {
    useArguments(run, node, args)
    run.emit('update', 'session:taskValues', node)
    return unknown
  }),
  ...each('dbutils.jobs.taskValues.get', ({ run, node, args }) => {
    useArguments(run, node, args)
    run.emit('read', 'session:taskValues', node)
    return fresh()
  }),
}
