import { argument } from '../arguments.ts'
import { changeTargets, useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import type { Mode, Resource } from '../../effect.ts'
import { each, type Handler, type Handlers, type LibraryCall } from './handler.ts'
import type { ParseNode } from '../nodes.ts'
import { notePatch } from '../patches.ts'
import type { Run } from '../run.ts'
import { searchPath } from '../imports.ts'
import { joinPaths } from './path-texts.ts'
import { workingFolder } from './paths.ts'
import { join, ofLiteral, ofThing, texts, unknown, type Value } from '../value.ts'

function session(mode: Mode, resource: Resource): Handler {
  return ({ run, node, args }) => {
    useArguments(run, node, args)
    run.emit(mode, resource, node)
    return fresh()
  }
}

/** What libraries keep for the whole process, by dotted name. */
export const sessionHandlers: Handlers = {
  ...each(
    'random.seed random.setstate numpy.random.seed numpy.random.set_state torch.manual_seed torch.cuda.manual_seed_all tensorflow.random.set_seed tensorflow.keras.utils.set_random_seed transformers.set_seed',
    session('write', 'session:random'),
  ),
  ...each(
    'random.Random random.SystemRandom numpy.random.default_rng numpy.random.RandomState numpy.random.Generator numpy.random.SeedSequence torch.Generator',
    ({ run, node, args }) => {
      useArguments(run, node, args)
      return fresh('stateful')
    },
  ),
  ...each('random.getstate numpy.random.get_state', session('read', 'session:random')),
  ...each('random.shuffle numpy.random.shuffle', ({ run, node, args }) => {
    run.change(argument(args, 0, 'x') ?? unknown, node)
    run.emit('update', 'session:random', node)
    return unknown
  }),
  ...each('os.getenv os.environ.get os.environ.copy os.environ.items os.environ.keys', session('read', 'session:env')),
  ...each(
    'os.putenv os.unsetenv os.environ.update os.environ.setdefault os.environ.pop os.environ.clear dotenv.load_dotenv',
    session('update', 'session:env'),
  ),
  ...each('sys.path.append sys.path.insert sys.path.extend sys.path.remove', ({ run, node, args }) => {
    run.emit('update', 'session:path', node)
    const known = run.state.get(searchPath)?.value
    const added = args.positional.at(-1)
    if (added !== undefined && texts(added) !== null)
      run.state.set(searchPath, known === undefined ? added : join([known, added]))
    return unknown
  }),
  ...each('os.chdir', ({ run, node, args }) => {
    run.emit('update', 'session:cwd', node)
    run.state.set(
      workingFolder,
      joinPaths(run.state.get(workingFolder)?.value ?? ofLiteral(''), args.positional[0] ?? unknown),
    )
    return unknown
  }),
  ...each('os.getcwd os.getcwdb', ({ run, node }) => {
    run.emit('read', 'session:cwd', node)
    return run.state.get(workingFolder)?.value ?? ofLiteral('.')
  }),
  ...each(
    'pandas.set_option pandas.reset_option numpy.set_printoptions numpy.seterr torch.set_default_dtype torch.set_printoptions locale.setlocale decimal.setcontext polars.Config.set_tbl_rows',
    session('update', 'session:options'),
  ),
  ...each(
    'matplotlib.pyplot.style.use matplotlib.style.use matplotlib.use matplotlib.pyplot.rc matplotlib.rcParams.update matplotlib.pyplot.rcParams.update seaborn.set seaborn.set_theme seaborn.set_style seaborn.set_palette seaborn.set_context',
    session('update', 'session:plot'),
  ),
  ...each(
    'matplotlib.pyplot.subplots matplotlib.pyplot.figure matplotlib.pyplot.gca matplotlib.pyplot.gcf matplotlib.pyplot.axes matplotlib.pyplot.subplot',
    ({ run, node, args }) => {
      useArguments(run, node, args)
      run.emit('read', 'session:plot', node)
      return fresh('stateful')
    },
  ),
  ...each('sklearn.model_selection.train_test_split sklearn.utils.shuffle sklearn.utils.resample', draws),
  ...each(
    'io.StringIO io.BytesIO io.TextIOWrapper psycopg2.connect pymysql.connect pyodbc.connect sqlalchemy.create_engine logging.StreamHandler collections.abc.Iterator socket.socket requests.Session threading.Lock threading.RLock queue.Queue multiprocessing.Pool concurrent.futures.ThreadPoolExecutor concurrent.futures.ProcessPoolExecutor csv.reader csv.DictReader csv.writer csv.DictWriter',
    ({ run, node, args }) => {
      useArguments(run, node, args)
      // What goes through an open file touches it.
      const touches = args.all.flatMap(({ objects }) => objects.flatMap((object) => object.touches ?? []))
      const made = fresh('stateful', { touches })
      run.state.addParts(
        made.objects[0]!,
        args.all.flatMap((value) => value.objects),
      )
      return made
    },
  ),
}

function draws({ run, node, args }: LibraryCall): Value {
  useArguments(run, node, args)
  const fixed = args.named.get('random_state')
  const isFixed = fixed !== undefined && !(fixed.literals?.length === 1 && fixed.literals[0] === null)
  if (!isFixed) run.emit('update', 'session:random', node)
  return fresh()
}

/** Any other function of a module that draws random numbers, or draws pictures. */
export function sessionCall(name: string, call: LibraryCall): Value | undefined {
  const { run, node, args } = call
  const isDraw =
    /^(random|numpy\.random)\.[a-z]\w*$/.test(name) ||
    /^torch\.(rand|randn|randint|randperm|bernoulli|normal)(_like)?$/.test(name) ||
    /^sklearn\.datasets\.make_/.test(name)
  if (isDraw) return draws({ run, node, args, name, receiver: call.receiver })
  if (/^(matplotlib\.pyplot|seaborn)\./.test(name)) {
    useArguments(run, node, args)
    changeTargets(run, node, args)
    run.emit('read', 'session:plot', node)
    const given = ['ax', 'axes', 'figure'].flatMap((name) => args.named.get(name)?.objects ?? [])
    return given.length > 0 ? ofThing(...given) : fresh('stateful')
  }
  if (takesOut.test(name)) {
    const [, , third] = args.positional
    if (third !== undefined) run.change(third, node)
  }
  // `numpy.add.at(a, …)`, `torch.nn.init.normal_(w)`: functions that work in place on what they are given first.
  if (/^numpy\.\w+\.at$/.test(name) || /\.[a-z]\w*[a-z0-9]_$/.test(name)) {
    useArguments(run, node, args)
    run.change(args.positional[0] ?? unknown, node)
    return args.positional[0]
  }
  return undefined
}

/** NumPy's functions of two arrays, which may be given a third for the result. */
const takesOut =
  /^numpy\.(add|subtract|multiply|(true_|floor_)?divide|power|mod|remainder|maximum|minimum|matmul|dot|arctan2|hypot|logical_\w+|bitwise_\w+|(not_)?equal|less|greater)$/

const storedItems: readonly (readonly [RegExp, Resource])[] = [
  [/^os\.environ$/, 'session:env'],
  [/rcParams$/, 'session:plot'],
  [/^sys\.(path|modules)$/, 'session:path'],
]

/** `os.environ["X"] = …`, `plt.rcParams["x"] = …`: whether it is one of those. */
export function storeLibraryItem(run: Run, base: Value, at: ParseNode): boolean {
  for (const name of base.library) {
    const found = storedItems.find(([pattern]) => pattern.test(name))
    if (found !== undefined) {
      run.emit('update', found[1], at)
      return true
    }
    if (name === 'builtins.globals()' || name === 'ipython.user_ns') {
      run.emit('update', 'name:*', at)
      if (run.deferred === null) run.forgetNames()
      return true
    }
  }
  return false
}

/** `pd.options.x = 5`, and any other change of a library's module: those who have the module see it. */
export function storeLibraryAttribute(run: Run, base: Value, attribute: string, value: Value, at: ParseNode): boolean {
  const [name] = base.library
  if (name === undefined || base.objects.length > 0) return false
  if (name.startsWith('pandas.options')) run.emit('update', 'session:options', at)
  else changeLibrary(run, name, attribute, value, at)
  return true
}

function changeLibrary(run: Run, name: string, attribute: string, value: Value, at: ParseNode): void {
  if (name === '__main__') {
    // The notebook itself, as a module.
    if (attribute !== '*') return run.writeModuleName(attribute, value, at)
    run.emit('update', 'name:*', at)
    if (run.deferred === null) run.forgetNames()
    return
  }
  run.changeLibrary(name.split('.')[0]!, at)
  notePatch(run, name, attribute, value)
}
