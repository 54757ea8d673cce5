import { argument, noArguments } from '../arguments.ts'
import { changeTargets, useArguments } from '../calls.ts'
import { callDunder, superOf } from '../closures.ts'
import { isQuietMagic } from '../magic-effects.ts'
import { Kind, type CallNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { runText } from '../running-text.ts'
import { swallowing } from '../statements.ts'
import { asText } from '../texts.ts'
import { callUnknown, use } from '../uses.ts'
import { attribute, fresh } from '../expressions.ts'
import { importModule } from '../imports.ts'
import { deepCopy, shallowCopy } from './copies.ts'
import { each, type Handler, type Handlers } from './handler.ts'
import { collection, collectionOf, elementOf, itemsOf, keysOf, partOf, partsFor, storeAttribute } from '../variables.ts'
import {
  join,
  ofLibrary,
  ofLiteral,
  ofThing,
  onlyText,
  thing,
  unknown,
  type Closure,
  type Thing,
  type Value,
} from '../value.ts'

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
  const [first] = call.args.positional
  // The dictionary of an object is the object.
  if (call.name === 'vars' && first !== undefined) return first
  // `sqldf(query, globals())` looks up the names that the query asks for.
  const outer = call.node.parent?.parent
  if (outer?.nodeType === Kind.Call && /\bsqldf$/.test(calleeText(call.run, outer))) return unknown
  const inFunction = call.run.frame.parent !== null && call.name !== 'globals'
  return inFunction ? fresh() : barrier(call)
}

function calleeText(run: Run, { d: { leftExpr } }: CallNode): string {
  return run.frame.program.text.slice(leftExpr.start, leftExpr.start + leftExpr.length)
}

/** A new collection of what the arguments hold. */
const gather: Handler = ({ run, node, args, name }) => {
  const first = args.positional[0]
  const items = first === undefined ? [] : itemsOf(run, first)
  useArguments(run, node, args, 'elements')
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
  const sources = args.all.filter((value) => !value.objects.some((object) => functions.includes(object)))
  for (const value of sources) callDunder(run, value, ['__iter__'], node)
  // What `tee` and `groupby` give goes on with the iterator itself.
  const iterator = thing('iterator', {
    container: name !== 'tee' && name !== 'groupby',
    resume: (now) => {
      const at = now.site ?? node
      for (const value of sources) use(now, value, at, 'iterate')
      for (const object of functions) {
        const result = callUnknown(now, object, at, elements)
        now.state.addParts(iterator, result.objects)
      }
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
  if (name === 'reversed') return iteratorOf(run, [...known[0]!].reverse())
  const columns = name === 'enumerate' ? [known[0]!.map((_, index) => ofLiteral(index + first)), known[0]!] : known
  const length = Math.min(...columns.map((column) => column.length))
  const rows = Array.from({ length }, (_, row) => {
    const cells = columns.map((column) => column[row]!)
    return collection(run, cells, { items: cells })
  })
  return iteratorOf(run, rows)
}

/** An iterator over known things: they are known until it is first used. */
function iteratorOf(run: Run, items: readonly Value[]): Value {
  const iterator = thing('iterator', { container: true, items })
  run.state.addParts(iterator, items.flatMap(partsFor))
  return ofThing(iterator)
}

const range: Handler = ({ args }) => {
  const numbers = args.positional.map((value) => (value.literals?.length === 1 ? value.literals[0] : undefined))
  if (!numbers.every((number) => typeof number === 'number')) return unknown
  const [start, end, step] = numbers.length === 1 ? [0, numbers[0]!, 1] : [numbers[0]!, numbers[1]!, numbers[2] ?? 1]
  const length = Math.ceil((end - start) / step)
  if (!(length >= 0 && length <= 24)) return unknown
  return ofThing(thing('value', { items: Array.from({ length }, (_, index) => ofLiteral(start + index * step)) }))
}

/** It goes through what it is given, and gives a number or the like. */
const scalar: Handler = ({ run, node, args }) => {
  useArguments(run, node, args)
  return unknown
}

const asksForText = /^(str|repr|ascii|format|print|display|pprint|pformat)$/
const textMethods = ['__str__', '__repr__', '__format__']

/** It asks its arguments what they are: objects of the notebook answer by their special methods, iterators stay where they are. */
const ask: Handler = ({ run, node, args, name }) => {
  const methods = asksForText.test(name) ? textMethods : name === 'len' ? ['__len__'] : asking
  const seen = new Set<Thing>()
  const look = (objects: readonly Thing[], depth: number): void => {
    for (const object of objects) {
      if (seen.has(object) || depth > 4) continue
      seen.add(object)
      callDunder(run, ofThing(object), methods, node)
      if (object.kind === 'value') look(run.state.partsOf(object), depth + 1)
    }
  }
  for (const value of args.all) look(value.objects, 0)
  changeTargets(run, node, args)
  return unknown
}

const asking =
  words(`__str__ __repr__ __format__ __len__ __bool__ __int__ __float__ __index__ __complex__ __abs__ __round__ __hash__
  __dir__ __trunc__ __floor__ __ceil__ __divmod__ __pow__ __instancecheck__`)

const askingFunctions = `int float bool complex len abs round hash id repr ascii format ord chr hex oct bin isinstance issubclass callable
  print input type help divmod pow breakpoint`
const goingThrough = 'any all sum bytes'

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}

const itertools = words(
  'accumulate batched chain combinations combinations_with_replacement compress count cycle dropwhile filterfalse groupby islice pairwise permutations product repeat starmap takewhile tee zip_longest',
)
  .map((name) => `itertools.${name}`)
  .join(' ')

/** `property(get, set)`, `staticmethod(f)`. */
function propertyOf(value: Value, setter: Thing | undefined, binding: Closure['binding'] = 'property'): Value {
  const made = value.objects.flatMap(({ closure }) =>
    closure === undefined
      ? []
      : [thing('function', { closure: { ...closure, binding }, ...(setter === undefined ? {} : { setter }) })],
  )
  return made.length === 0 ? fresh() : ofThing(...made)
}

export const builtinHandlers: Handlers = {
  ...each(askingFunctions.replace(/\S+/g, 'builtins.$&'), ask),
  ...each('builtins.str', (call) => {
    ask(call)
    return asText({ ...unknown, literals: call.args.positional[0]?.literals ?? null })
  }),
  ...each(goingThrough.replace(/\S+/g, 'builtins.$&'), scalar),
  ...each('display displayHTML IPython.display.display', ask),
  ...each(
    'dataclasses.asdict dataclasses.astuple dataclasses.fields dataclasses.is_dataclass pprint.pprint pprint.pformat inspect.getsource inspect.signature sys.getsizeof gc.collect',
    (call) => (ask(call), fresh()),
  ),
  ...each('builtins.dir', ({ run, node, args }) => {
    if (args.positional.length === 0 && run.frame.parent === null) run.emit('read', 'name:*', node)
    return fresh()
  }),
  ...each('builtins.exec builtins.eval', (call) => runText(call) ?? barrier(call)),
  ...each('builtins.compile', ({ args }) => args.positional[0] ?? unknown),
  ...each('builtins.property', ({ run, node, args }) => {
    const setter = argument(args, 1, 'fset')?.objects.find(({ closure }) => closure !== undefined)
    useArguments(run, node, noArguments)
    return propertyOf(argument(args, 0, 'fget') ?? unknown, setter)
  }),
  ...each('builtins.staticmethod builtins.classmethod', ({ args, name }) =>
    propertyOf(args.positional[0] ?? unknown, undefined, name === 'staticmethod' ? 'static' : 'class'),
  ),
  ...each('builtins.globals builtins.locals builtins.vars', ownNames),
  ...each(
    'builtins.list builtins.tuple builtins.set builtins.frozenset builtins.sorted builtins.bytearray collections.deque collections.Counter tqdm.tqdm tqdm.auto.tqdm tqdm.notebook.tqdm tqdm.tqdm_notebook rich.progress.track fastprogress.progress_bar more_itertools.chunked more_itertools.windowed',
    gather,
  ),
  ...each('builtins.dict collections.OrderedDict collections.UserDict', gatherPairs),
  ...each('collections.defaultdict', (call) => {
    const made = gatherPairs(call)!
    const filling = thing('value', { container: true, fills: true })
    call.run.state.addParts(filling, call.run.state.partsOf(made.objects[0]!))
    return ofThing(filling)
  }),
  // These are the thing itself, seen in another way.
  ...each('collections.ChainMap types.MappingProxyType builtins.memoryview weakref.proxy', ({ run, args }) => {
    const seen = collection(run, args.all)
    return { ...seen, objects: [...seen.objects, ...(args.positional[0]?.objects ?? [])] }
  }),
  ...each('weakref.ref', ({ args }) => ofThing(thing('method', { gives: args.positional[0] ?? unknown }))),
  ...each('contextlib.nullcontext contextlib.closing contextlib.aclosing', ({ args }) => args.positional[0] ?? fresh()),
  ...each('contextlib.suppress pytest.raises', ({ run, node, args }) => {
    useArguments(run, node, args)
    return { ...ofLibrary(swallowing), objects: [thing('value')] }
  }),
  ...each('copy.copy copy.replace dataclasses.replace', ({ run, node, args }) => {
    useArguments(run, node, args)
    const made = shallowCopy(run, args.positional[0] ?? unknown)
    for (const object of made.objects) run.state.addParts(object, [...args.named.values()].flatMap(partsFor))
    return made
  }),
  ...each('copy.deepcopy', ({ run, node, args }) => {
    useArguments(run, node, args)
    return deepCopy(run, args.positional[0] ?? unknown)
  }),
  ...each('pickle.dumps cloudpickle.dumps dill.dumps', ({ run, args }) => {
    const made = fresh()
    run.state.addParts(made.objects[0]!, deepCopy(run, args.positional[0] ?? unknown).objects)
    return made
  }),
  ...each('pickle.loads cloudpickle.loads dill.loads', ({ run, args }) => {
    const inside = args.positional[0] ?? unknown
    const parts = inside.objects.flatMap((object) => run.state.partsOf(object))
    return join([fresh(), deepCopy(run, { ...unknown, objects: parts })])
  }),
  ...each(`builtins.filter builtins.iter builtins.aiter itertools.chain.from_iterable ${itertools}`, iterate),
  ...each('builtins.zip builtins.enumerate builtins.reversed', pair),
  ...each('builtins.range', range),
  ...each('builtins.min builtins.max builtins.next builtins.anext functools.reduce', ({ run, node, args, name }) => {
    const elements = args.positional.map((value) => elementOf(run, value))
    const results = useArguments(run, node, args, 'elements')
    const first = args.positional[0] ?? unknown
    if (name === 'next') run.change(first, node)
    if (name === 'next') return join([partOf(run, first), ...args.positional.slice(1)])
    return join([...elements, ...results, ...(name === 'reduce' ? args.positional.slice(2) : args.positional)])
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
    const [object = unknown, called, otherwise] = args.positional
    const name = onlyText(called)
    const found = name === null ? partOf(run, object) : attribute(run, object, name, node)
    return otherwise === undefined ? found : join([found, otherwise])
  }),
  ...each('builtins.hasattr', () => unknown),
  // Decorators of functions keep what they get, and call it when they are called.
  ...each('functools.wraps functools.singledispatchmethod', () => unknown),
  ...each(
    'functools.update_wrapper functools.lru_cache functools.cache functools.singledispatch functools.total_ordering contextlib.contextmanager contextlib.asynccontextmanager atexit.register',
    ({ args }) => args.positional[0] ?? unknown,
  ),
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
    'xml.etree.ElementTree.SubElement lxml.etree.SubElement heapq.heappush heapq.heappushpop heapq.heappop heapq.heapify heapq.heapreplace bisect.insort bisect.insort_left bisect.insort_right numpy.put numpy.copyto numpy.fill_diagonal numpy.place numpy.putmask operator.setitem operator.delitem operator.iadd numpy.put_along_axis numpy.random.Generator.shuffle torch.nn.utils.clip_grad_norm_ torch.nn.utils.clip_grad_value_',
    ({ run, args, node, name }) => {
      const [target, ...rest] = args.positional
      const made = name === 'SubElement' ? [thing('value')] : []
      for (const object of target?.objects ?? [])
        run.state.addParts(object, [...made, ...rest.flatMap((value) => value.objects)])
      run.change(target ?? unknown, node)
      if (made.length > 0) return ofThing(...made)
      return target === undefined ? unknown : partOf(run, target)
    },
  ),
  // Views of an array: what is stored in them is stored in it.
  ...each(
    `${'asarray asanyarray ascontiguousarray asfortranarray ravel reshape transpose squeeze expand_dims swapaxes moveaxis rollaxis atleast_1d atleast_2d atleast_3d broadcast_to diagonal split array_split hsplit vsplit dsplit flip fliplr flipud rot90 real imag nditer ndenumerate frombuffer require lib.stride_tricks.as_strided lib.stride_tricks.sliding_window_view'.replace(/\S+/g, 'numpy.$&')} torch.from_numpy torch.as_tensor torch.reshape torch.transpose torch.squeeze torch.unsqueeze torch.split torch.chunk tensorflow.convert_to_tensor polars.from_numpy`,
    ({ run, node, args }) => {
      useArguments(run, node, args)
      const base = args.positional[0] ?? unknown
      return partOf(run, base)
    },
  ),
  ...each('importlib.import_module', (call) => {
    const name = onlyText(argument(call.args, 0, 'name'))
    return name === null ? barrier(call) : importModule(call.run, name, call.node)
  }),
  ...each('builtins.__import__', (call) => {
    const name = onlyText(argument(call.args, 0, 'name'))
    return name === null ? barrier(call) : importModule(call.run, name.split('.')[0]!, call.node)
  }),
  // IPython by its API: most of it may do anything to names.
  ...each('builtins.get_ipython IPython.get_ipython IPython.core.getipython.get_ipython', () => ofLibrary('ipython')),
  ...each(
    'ipython.run_line_magic ipython.run_cell_magic ipython.magic ipython.run_cell ipython.ex ipython.ev ipython.push ipython.reset ipython.drop_by_id',
    (call) => {
      const word = onlyText(call.args.positional[0])
      if (word !== null && /magic/.test(call.name) && isQuietMagic(word.split(' ')[0]!)) return unknown
      return barrier(call)
    },
  ),
  ...each('ipython.system ipython.getoutput', ({ run, node, args }) => {
    useArguments(run, node, args)
    run.emit('update', 'path:*', node)
    return fresh()
  }),
  ...each('importlib.reload', ({ run, node, args }) => {
    const [first] = args.positional
    run.change(first ?? unknown, node)
    for (const name of first?.library ?? []) run.changeLibrary(name, node)
    return first ?? unknown
  }),
}
