import { argument, type Arguments } from '../arguments.ts'
import { callValue, useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import { callDunder } from '../closures.ts'
import type { Span } from '../../effect.ts'
import type { CallNode, ParseNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { use } from '../uses.ts'
import { collection, elementOf, entriesOf, itemsOf, keysOf, partOf, partsFor } from '../variables.ts'
import { join, ofThing, thing, unknown, type Value } from '../value.ts'
import { each, type Handler, type Handlers, type LibraryCall } from './handler.ts'
import { mostUnrolled } from '../loops.ts'

// Pools of threads and processes: they call the functions they are given, once for each thing they are given.

const pool = 'concurrent.futures.Executor'

/** One call by the pool: it knows nothing of the others. */
function call(run: Run, node: CallNode, callee: Value, args: Arguments): Value {
  return run.flow === null
    ? callValue(run, node, callee, args)
    : run.flow.apart(() => callValue(run, node, callee, args), before(run))
}

function before(run: Run): ReadonlySet<number> {
  return run.flow?.asked ?? new Set()
}

function withArguments(positional: readonly Value[], named: ReadonlyMap<string, Value> = new Map()): Arguments {
  return { positional, named, others: [], all: [...positional, ...named.values()] }
}

/** `map(f, a, b)`, or with `star` `starmap(f, rows)`: a call for each element; what it gives in their order. */
function mapOver(star: boolean): Handler {
  return ({ run, node, args, receiver }) => {
    use(run, receiver, node, 'iterate')
    const callee = argument(args, 0, 'fn', 'func') ?? unknown
    const named = argument(args, -1, 'iterable')
    const lists = named === undefined ? args.positional.slice(1) : [named]
    // What comes behind the list is `chunksize` and the like, unless it is a list too.
    const iterables = lists.filter((value, index) => index === 0 || value.literals === null)
    return asking(run, () => rounds({ run, node, args }, callee, iterables, star))
  }
}

function rounds(
  { run, node, args }: Pick<LibraryCall, 'run' | 'node' | 'args'>,
  callee: Value,
  iterables: readonly Value[],
  star: boolean,
): Value {
  const known = iterables.map((value) => itemsOf(run, value) ?? keysOf(run, value))
  const length = Math.min(...known.map((items) => items?.length ?? Infinity))
  if (args.others.length > 0 || !(length <= mostUnrolled)) {
    const elements = iterables.map((value) => elementOf(run, value))
    let result = unknown
    const look = (): void => {
      const given = star
        ? { ...withArguments([]), others: elements.map((value) => partOf(run, value)) }
        : withArguments(elements)
      result = call(run, node, callee, given)
    }
    const maybe = (): void => run.state.merge([run.state.fork(), run.branch(look)])
    if (run.flow === null) maybe()
    else run.flow.unknownRounds(maybe)
    return collection(run, [result])
  }
  const results = Array.from({ length }, (_, index) => {
    const row = known.map((items) => items![index]!)
    const spread = star ? itemsOf(run, row[0] ?? unknown) : row
    const given =
      spread === null ? { ...withArguments([]), others: row.map((value) => partOf(run, value)) } : withArguments(spread)
    return call(run, node, callee, given)
  })
  return collection(run, results, { items: results })
}

/** `submit(f, *args, **kwargs)`. */
const submit: Handler = ({ run, node, args, receiver }) => {
  use(run, receiver, node, 'iterate')
  const [callee = unknown, ...positional] = args.positional
  const given = { ...withArguments(positional, args.named), others: args.others }
  return asking(run, () => future(call(run, node, callee, given)))
}

/** `apply(f, (a, b), {"k": v})`, and `Thread(target=f, args=…, kwargs=…)`. */
function applyTo(names: { target: string[]; args: string[]; kwargs: string[]; from: number }): Handler {
  return ({ run, node, args, receiver }) => {
    use(run, receiver, node, 'iterate')
    const callee = argument(args, names.from === 0 ? 0 : -1, ...names.target)
    if (callee === undefined) return undefined
    const positional = argument(args, names.from === 0 ? 1 : -1, ...names.args)
    const named = argument(args, names.from === 0 ? 2 : -1, ...names.kwargs)
    const items = positional === undefined ? [] : itemsOf(run, positional)
    const entries = named === undefined ? new Map<string, Value>() : entriesOf(run, named)
    const keyed = entries == null ? null : new Map([...entries].map(([key, value]) => [String(key), value]))
    const others = [
      ...(items === null ? [partOf(run, positional!)] : []),
      ...(keyed === null ? [partOf(run, named!)] : []),
    ]
    const given = { ...withArguments(items ?? [], keyed ?? new Map()), others }
    return asking(run, () => future(call(run, node, callee, given)))
  }
}

/** Remembers what the pool is asked with: each of its calls depends on that. */
function asking(run: Run, look: () => Value): Value {
  return run.flow === null ? look() : run.flow.asking(look)
}

function future(result: Value): Value {
  return { ...ofThing(thing('value', { items: [result] })), library: [promise], part: true }
}

const promise = 'concurrent.futures.Future'

const apply = { target: ['func'], args: ['args'], kwargs: ['kwds'], from: 0 }
const thread = { target: ['target'], args: ['args'], kwargs: ['kwargs'], from: -1 }

export const executorHandlers: Handlers = {
  ...each(
    `concurrent.futures.ThreadPoolExecutor concurrent.futures.thread.ThreadPoolExecutor concurrent.futures.ProcessPoolExecutor
     multiprocessing.pool.ThreadPool multiprocessing.dummy.Pool multiprocessing.Pool multiprocessing.pool.Pool multiprocess.Pool`,
    ({ run, node, args }) => {
      useArguments(run, node, args)
      return { ...fresh('stateful'), library: [pool] }
    },
  ),
  ...each(`${pool}.map ${pool}.imap ${pool}.imap_unordered ${pool}.map_async`, mapOver(false)),
  ...each(`${pool}.starmap ${pool}.starmap_async`, mapOver(true)),
  ...each(`${pool}.submit asyncio.to_thread`, submit),
  ...each(`${pool}.apply ${pool}.apply_async`, applyTo(apply)),
  ...each('threading.Thread', applyTo(thread)),
  ...each(`${promise}.result ${promise}.get`, ({ run, receiver }) => itemsOf(run, receiver)?.[0]),
  ...each(
    `${promise}.done ${promise}.exception ${promise}.add_done_callback ${promise}.start ${promise}.join`,
    ({ run, node, args }) => {
      useArguments(run, node, args)
      return unknown
    },
  ),
  ...each(`${pool}.shutdown ${pool}.close ${pool}.join ${pool}.terminate`, () => unknown),
  ...each('concurrent.futures.as_completed concurrent.futures.wait asyncio.gather', ({ run, node, args }) => {
    useArguments(run, node, args)
    return join(args.positional.length === 0 ? [unknown] : [...args.positional])
  }),
  ...each('functools.partial functools.partialmethod', ({ run, node, args }) => {
    const [callee = unknown, ...positional] = args.positional
    const given = { ...withArguments(positional, args.named), others: args.others }
    const made = thing('function', { partial: { callee, args: given, node } })
    run.state.addParts(
      made,
      args.all.flatMap(({ objects }) => objects),
    )
    return ofThing(made)
  }),
  ...each('builtins.map', ({ run, node, args }) => {
    const [callee = unknown, ...iterables] = args.positional
    const look = (now: Run): Value => asking(now, () => rounds({ run: now, node, args }, callee, iterables, false))
    const go = (now: Run, at: ParseNode | Span): void => {
      for (const value of iterables) use(now, value, at, 'iterate')
    }
    for (const value of iterables) callDunder(run, value, ['__iter__'], node)
    // The calls happen where it is used; who watches for calls of notebooks takes them to be made here.
    let made = unknown
    if (run.flow === null) run.silently(() => (made = look(run)))
    else {
      go(run, node)
      made = look(run)
    }
    const items = itemsOf(run, made)
    const iterator = thing('iterator', {
      container: true,
      resume: (now) => {
        const results = look(now)
        go(now, now.site ?? node)
        now.state.addParts(iterator, partOf(now, results).objects)
      },
      ...(items === null ? {} : { items }),
    })
    const inside = [partOf(run, made), ...iterables.map((value) => elementOf(run, value)), ...args.all]
    run.state.addParts(iterator, inside.flatMap(partsFor))
    return ofThing(iterator)
  }),
  ...each('joblib.delayed', ({ args }) => args.positional[0]),
}
