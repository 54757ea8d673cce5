import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import { callThing, superOf } from '../closures.ts'
import type { Span } from '../../effect.ts'
import { Kind, type CallNode, type ParseNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { callUnknown, use } from '../uses.ts'
import { attribute, fresh } from '../expressions.ts'
import { importModule } from '../imports.ts'
import { each, type Handler, type Handlers } from './handler.ts'
import { collection, collectionOf, elementOf, itemsOf, partOf, storeAttribute } from '../variables.ts'
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
  // `sqldf(query, globals())` looks up the names that the query asks for.
  const outer = call.node.parent?.parent
  if (outer?.nodeType === Kind.Call && /\bsqldf$/.test(calleeText(call.run, outer))) return unknown
  const inFunction = call.run.frame.parent !== null && call.name !== 'globals'
  if (inFunction || (call.name === 'vars' && call.args.positional.length > 0)) return fresh()
  return barrier(call)
}

function calleeText(run: Run, { d: { leftExpr } }: CallNode): string {
  return run.frame.program.text.slice(leftExpr.start, leftExpr.start + leftExpr.length)
}

/** A new collection of what the arguments hold. */
const gather: Handler = ({ run, node, args, name }) => {
  const first = args.positional[0]
  for (const value of args.all) use(run, value, node, 'argument')
  const items = first === undefined ? [] : itemsOf(run, first)
  const keepsItems = (name === 'list' || name === 'tuple' || first === undefined) && items !== null
  if (keepsItems) return collection(run, items, { items })
  const elements = args.all.map((value) => elementOf(run, value))
  return args.all.length === 1 && name !== 'Counter' ? collectionOf(run, elements[0]!) : collection(run, elements)
}

/** A new dictionary of what the arguments hold: the values of dictionaries, the parts of pairs. */
const gatherPairs: Handler = ({ run, node, args }) => {
  for (const value of args.all) use(run, value, node, 'argument')
  if (args.positional.length === 0 && args.others.length === 0)
    return collection(run, [...args.named.values()], { entries: args.named })
  const inside = [...args.positional, ...args.others].map((value) => partOf(run, value))
  return collection(run, [...inside, ...inside.map((value) => partOf(run, value)), ...args.named.values()])
}

/** An iterator over the arguments, which calls the functions among them as it goes. */
const iterate: Handler = ({ run, node, args, name }) => {
  const functions = args.all.flatMap((value) =>
    value.objects.filter((object) => object.kind === 'function' || object.kind === 'method'),
  )
  const elements = args.all
    .filter((value) => !value.objects.some((object) => functions.includes(object)))
    .map((value) => elementOf(run, value))
  for (const value of args.all)
    if (!value.objects.some((object) => functions.includes(object))) use(run, value, node, 'iterate')
  const callAll = (now: Run, at: ParseNode | Span): void => {
    for (const object of functions) {
      // `map(f, xs)` calls f with each of them.
      const isKnown = name === 'map' && args.positional.length === elements.length + 1 && object.closure !== undefined
      const each = { positional: elements, named: new Map(), others: [], all: elements }
      if (isKnown) now.state.merge([now.state.fork(), now.branch(() => callThing(now, object, each, at))])
      else callUnknown(now, object, at, elements)
    }
  }
  callAll(run, node)
  const iterator = thing('iterator', { resume: (now) => callAll(now, now.site ?? node) })
  run.state.addParts(
    iterator,
    [...args.all, ...elements].flatMap((value) => value.objects),
  )
  return ofThing(iterator)
}

/** `zip`, `enumerate`, `reversed` in a loop over them: pairs of known things stay known. */
const pair: Handler = (call) => {
  const { run, args, name } = call
  const lists = args.positional.map((value) => itemsOf(run, value))
  if (args.named.size > 0 || lists.length === 0 || lists.some((items) => items === null)) return iterate(call)
  const known = lists as (readonly Value[])[]
  if (name === 'reversed') return collection(run, known[0]!, { items: [...known[0]!].reverse() })
  const columns = name === 'enumerate' ? [known[0]!.map((_, index) => ofLiteral(index)), known[0]!] : known
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
  if (!(length >= 0 && length <= 24)) return unknown
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
    'builtins.map builtins.filter builtins.iter itertools.chain itertools.cycle itertools.count itertools.islice itertools.repeat itertools.product',
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
  ...each('functools.partialmethod', ({ run, args }) => collection(run, args.all)),
  ...each('functools.partial', ({ run, args }) => {
    const [callee = unknown, ...positional] = args.positional
    const rest = { ...args, positional, all: [...positional, ...args.named.values(), ...args.others] }
    return collection(run, args.all, { partial: { callee, args: rest } })
  }),
  ...each('collections.namedtuple typing.NamedTuple', ({ args, run }) => {
    const given = args.positional[1] ?? unknown
    const text = onlyText(given)
    const names = text === null ? itemsOf(run, given)?.map((item) => onlyText(item)) : text.split(/[\s,]+/)
    const fields = names?.every((name) => name !== null) ? names : []
    return ofThing(thing('class', { fields }))
  }),
  ...each('types.SimpleNamespace argparse.Namespace', ({ run, args }) => {
    const made = collection(run, args.all)
    for (const [name, value] of args.named) run.state.set(`#${made.objects[0]!.id}.${name}`, value)
    return made
  }),
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
