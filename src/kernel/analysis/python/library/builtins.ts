import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import { superOf } from '../closures.ts'
import { callUnknown, use } from '../uses.ts'
import { attribute, fresh } from '../expressions.ts'
import { importModule } from '../imports.ts'
import { each, type Handler, type Handlers } from './handler.ts'
import { collection, elementOf, itemsOf, keysOf, partOf, storeAttribute } from '../variables.ts'
import { join, ofLibrary, ofLiteral, ofThing, onlyText, thing, unknown, type Value } from '../value.ts'

/** Code that no text shows: it may read and bind every name. */
const barrier: Handler = ({ run, node, args, name }) => {
  useArguments(run, node, args)
  run.emit('update', 'name:*', node)
  run.find(
    'unresolved-names',
    'info',
    node,
    `${name} may read and change every name, so this cell waits for all cells above it, and all below wait for it.`,
  )
  if (run.deferred === null) run.forgetNames()
  return ofLibrary('builtins.globals()')
}

const ownNames: Handler = (call) => {
  const inFunction = call.run.frame.parent !== null && call.name !== 'globals'
  if (inFunction || (call.name === 'vars' && call.args.positional.length > 0)) return fresh()
  return barrier(call)
}

/** A new collection of what the arguments hold. */
const gather: Handler = ({ run, node, args, name }) => {
  const first = args.positional[0]
  for (const value of args.all) use(run, value, node, 'argument')
  const items = first === undefined ? [] : itemsOf(run, first)
  const keepsItems = (name === 'list' || name === 'tuple') && items !== null
  return collection(
    run,
    keepsItems ? items : args.all.map((value) => elementOf(run, value)),
    keepsItems ? { items } : {},
  )
}

/** A new dictionary of what the arguments hold: the values of dictionaries, the parts of pairs. */
const gatherPairs: Handler = ({ run, node, args }) => {
  for (const value of args.all) use(run, value, node, 'argument')
  const inside = [...args.positional, ...args.others].map((value) => partOf(run, value))
  return collection(run, [...inside, ...inside.map((value) => partOf(run, value)), ...args.named.values()])
}

/** An iterator over the arguments, which calls the functions among them as it goes. */
const iterate: Handler = ({ run, node, args }) => {
  const functions = args.all.flatMap((value) =>
    value.objects.filter((object) => object.kind === 'function' || object.kind === 'method'),
  )
  const elements = args.all
    .filter((value) => !value.objects.some((object) => functions.includes(object)))
    .map((value) => elementOf(run, value))
  for (const value of args.all)
    if (!value.objects.some((object) => functions.includes(object))) use(run, value, node, 'iterate')
  for (const object of functions) callUnknown(run, object, node, elements)
  const iterator = thing('iterator', {
    resume: (now) => {
      for (const object of functions) callUnknown(now, object, now.site ?? node, elements)
    },
  })
  run.state.addParts(
    iterator,
    [...args.all, ...elements].flatMap((value) => value.objects),
  )
  return ofThing(iterator)
}

/** `zip`, `enumerate`, `reversed` in a loop over them: pairs of known things stay known. */
const pair: Handler = (call) => {
  const { run, args, name } = call
  const start = name === 'enumerate' ? argument(args, 1, 'start') : undefined
  const first = start === undefined ? 0 : start.literals?.length === 1 ? start.literals[0] : null
  const given = name === 'enumerate' ? args.positional.slice(0, 1) : args.positional
  const lists = given.map((value) => itemsOf(run, value) ?? keysOf(run, value))
  const others = args.named.size > (args.named.has('start') ? 1 : 0) || typeof first !== 'number'
  if (others || lists.length === 0 || lists.some((items) => items === null)) return iterate(call)
  const known = lists as (readonly Value[])[]
  if (name === 'reversed') return collection(run, known[0]!, { items: [...known[0]!].reverse() })
  const columns = name === 'enumerate' ? [known[0]!.map((_, index) => ofLiteral(index + first)), known[0]!] : known
  const length = Math.min(...columns.map((column) => column.length))
  const rows = Array.from({ length }, (_, row) => {
    const cells = columns.map((column) => column[row]!)
    return collection(run, cells, { items: cells })
  })
  return collection(run, rows, { items: rows })
}

const range: Handler = ({ args }) => {
  const numbers = args.positional.map((value) => (value.literals?.length === 1 ? value.literals[0] : undefined))
  if (!numbers.every((number) => typeof number === 'number')) return unknown
  const [start, end, step] = numbers.length === 1 ? [0, numbers[0]!, 1] : [numbers[0]!, numbers[1]!, numbers[2] ?? 1]
  const length = Math.ceil((end - start) / step)
  if (!(length >= 0 && length <= 16)) return unknown
  return ofThing(thing('value', { items: Array.from({ length }, (_, index) => ofLiteral(start + index * step)) }))
}

const scalar: Handler = ({ run, node, args }) => {
  useArguments(run, node, args)
  return unknown
}

const scalarFunctions = `int float bool complex len abs round hash id repr ascii format ord chr hex oct bin isinstance issubclass callable
  any all print input type dir help divmod pow breakpoint sum bytes`

export const builtinHandlers: Handlers = {
  ...each(scalarFunctions.replace(/\S+/g, 'builtins.$&'), scalar),
  ...each('display displayHTML IPython.display.display', scalar),
  ...each('builtins.exec builtins.eval builtins.__import__', barrier),
  ...each('builtins.globals builtins.locals builtins.vars', ownNames),
  ...each(
    'builtins.list builtins.tuple builtins.set builtins.frozenset builtins.sorted builtins.bytearray copy.copy collections.deque collections.Counter',
    gather,
  ),
  ...each('builtins.dict collections.OrderedDict collections.defaultdict collections.ChainMap', gatherPairs),
  ...each('copy.deepcopy', ({ run, node, args }) => (useArguments(run, node, args), fresh())),
  ...each(
    'builtins.filter builtins.iter itertools.chain itertools.cycle itertools.count itertools.islice itertools.repeat itertools.product',
    iterate,
  ),
  ...each('builtins.zip builtins.enumerate builtins.reversed', pair),
  ...each('builtins.range', range),
  ...each('builtins.min builtins.max builtins.next functools.reduce', ({ run, node, args, name }) => {
    useArguments(run, node, args)
    const first = args.positional[0] ?? unknown
    if (name === 'next') run.change(first, node)
    return name === 'next' ? partOf(run, first) : join(args.positional.map((value) => elementOf(run, value)))
  }),
  ...each('builtins.super', ({ run }) => superOf(run)),
  ...each('builtins.object', () => fresh()),
  ...each('builtins.setattr builtins.delattr', ({ run, node, args }) => {
    storeAttribute(
      run,
      args.positional[0] ?? unknown,
      onlyText(args.positional[1]) ?? '*',
      args.positional[2] ?? unknown,
      node,
    )
    return unknown
  }),
  ...each('builtins.getattr', ({ run, node, args }) => {
    const name = onlyText(args.positional[1])
    return name === null
      ? partOf(run, args.positional[0] ?? unknown)
      : attribute(run, args.positional[0] ?? unknown, name, node)
  }),
  ...each('builtins.hasattr', () => unknown),
  // Decorators of functions keep what they get, and call it when they are called.
  ...each('functools.wraps functools.singledispatchmethod', () => unknown),
  ...each(
    'functools.update_wrapper functools.lru_cache functools.cache functools.singledispatch functools.total_ordering contextlib.contextmanager contextlib.asynccontextmanager atexit.register',
    ({ args }) => args.positional[0] ?? unknown,
  ),
  ...each(
    'heapq.heappush heapq.heappop heapq.heapify heapq.heapreplace bisect.insort bisect.insort_left bisect.insort_right numpy.put numpy.copyto numpy.fill_diagonal numpy.place numpy.putmask operator.setitem operator.delitem operator.iadd',
    ({ run, args, node }) => {
      const [target, ...rest] = args.positional
      for (const object of target?.objects ?? [])
        run.state.addParts(
          object,
          rest.flatMap((value) => value.objects),
        )
      run.change(target ?? unknown, node)
      return target === undefined ? unknown : partOf(run, target)
    },
  ),
  ...each('importlib.import_module', (call) => {
    const name = onlyText(argument(call.args, 0, 'name'))
    return name === null ? barrier(call) : importModule(call.run, name, call.node)
  }),
  ...each('importlib.reload', ({ run, node, args }) => {
    const [first] = args.positional
    run.change(first ?? unknown, node)
    for (const name of first?.library ?? []) run.changeLibrary(name, node)
    return first ?? unknown
  }),
}
