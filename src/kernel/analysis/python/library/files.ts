import type { Mode } from '../../effect.ts'
import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import { asText } from '../texts.ts'
import { collection } from '../variables.ts'
import { each, type Handler, type Handlers, type LibraryCall } from './handler.ts'
import { notePath } from './paths.ts'
import { ofFrame, ofLiteral, onlyText, texts, unknown, type Value } from '../value.ts'

/** A `pathlib.Path` of a known text. */
export const pathType = 'pathlib.Path()'

export function ofPath(text: Value): Value {
  return { ...unknown, literals: text.literals, library: [pathType] }
}

export function joinPaths(left: Value, right: Value): Value {
  const [first, second] = [texts(left), texts(right)]
  if (first === null || second === null) return unknown
  const joined = first.flatMap((a) =>
    second.map((b) => (b.startsWith('/') || a === '' ? b : `${a.replace(/\/+$/, '')}/${b}`)),
  )
  return ofLiteral(...joined)
}

function touch(mode: Mode, position: number, ...names: string[]): Handler {
  return ({ run, node, args }) => {
    const path = argument(args, position, ...names)
    // Without a file these give the text instead, or write to something that is already open.
    if (path === undefined || isOpen(path)) return path === undefined ? fresh() : (run.change(path, node), unknown)
    notePath(run, path, mode, node)
    return fresh()
  }
}

function isOpen(path: Value): boolean {
  return path.literals === null && path.objects.some((object) => object.kind === 'stateful')
}

const open: Handler = ({ run, node, args, receiver }) => {
  const isMethod = receiver.library.includes(pathType)
  const given = argument(args, isMethod ? 0 : 1, 'mode')
  const mode = given === undefined ? 'r' : onlyText(given)
  const path = isMethod ? receiver : argument(args, 0, 'file', 'filename', 'path')
  const updates = mode === null || /[ax+]/.test(mode)
  notePath(run, path, updates ? 'update' : mode.includes('w') ? 'write' : 'read', node)
  return fresh('stateful')
}

function twoPaths(source: Mode, target: Mode): Handler {
  return ({ run, node, args }) => {
    notePath(run, argument(args, 0, 'src', 'from'), source, node)
    notePath(run, argument(args, 1, 'dst', 'to'), target, node)
    return unknown
  }
}

/** Other programs may read and write anything. */
const shell: Handler = ({ run, node, args }) => {
  useArguments(run, node, args)
  run.emit('update', 'path:*', node)
  return fresh()
}

const reads = touch(
  'read',
  0,
  'filepath_or_buffer',
  'path',
  'io',
  'path_or_buf',
  'file',
  'source',
  'fname',
  'filename',
  'dir',
)
const writes = touch('write', 0, 'path_or_buf', 'path', 'excel_writer', 'buf', 'file', 'fname', 'filename', 'target')
const changes = touch('update', 0, 'path', 'name', 'dir')

const pandasFormats = 'csv parquet json excel pickle feather orc hdf fwf table xml html stata sas spss'
const polarsFormats = 'csv parquet json ndjson excel ipc avro delta database_uri'

const pathMethods: Readonly<Record<string, Mode>> = {
  read_text: 'read',
  read_bytes: 'read',
  exists: 'read',
  is_file: 'read',
  is_dir: 'read',
  iterdir: 'read',
  stat: 'read',
  write_text: 'write',
  write_bytes: 'write',
  mkdir: 'update',
  touch: 'update',
  unlink: 'write',
  rmdir: 'write',
  chmod: 'update',
}

/** What is done to files through libraries, by dotted name. */
export const fileHandlers: Handlers = {
  ...each(
    'builtins.open io.open gzip.open bz2.open lzma.open codecs.open tarfile.open zipfile.ZipFile fsspec.open',
    open,
  ),
  ...each(pandasFormats.replace(/\S+/g, 'pandas.read_$&'), reads),
  ...each(polarsFormats.replace(/\S+/g, 'polars.read_$&'), reads),
  ...each(polarsFormats.replace(/\S+/g, 'polars.scan_$&'), ({ run, node, args }) =>
    ofFrame(notePath(run, argument(args, 0, 'source', 'path'), 'read', node)),
  ),
  ...each(
    'numpy.load numpy.loadtxt numpy.genfromtxt numpy.fromfile joblib.load torch.load pyarrow.parquet.read_table pyarrow.csv.read_csv matplotlib.pyplot.imread PIL.Image.open yaml.load_file',
    reads,
  ),
  ...each('numpy.save numpy.savez numpy.savez_compressed numpy.savetxt matplotlib.pyplot.savefig', writes),
  ...each('joblib.dump torch.save pyarrow.parquet.write_table', touch('write', 1, 'filename', 'f', 'where')),
  ...each(
    'pandas.ExcelWriter',
    ({ run, node, args }) => (notePath(run, argument(args, 0, 'path'), 'write', node), fresh('stateful')),
  ),
  ...each(
    'os.listdir os.scandir os.walk os.stat os.path.exists os.path.isfile os.path.isdir os.path.getsize os.path.getmtime glob.glob glob.iglob',
    reads,
  ),
  ...each('os.makedirs os.mkdir os.truncate os.utime os.chmod', changes),
  ...each('os.remove os.unlink os.rmdir os.removedirs shutil.rmtree', touch('write', 0, 'path', 'name')),
  ...each('shutil.copy shutil.copy2 shutil.copyfile shutil.copytree', twoPaths('read', 'write')),
  ...each('shutil.move os.rename os.replace', twoPaths('update', 'write')),
  ...each('os.path.join', ({ args }) =>
    args.positional.reduce<Value>((left, right) => joinPaths(left, right), ofLiteral('')),
  ),
  ...each('os.path.abspath os.path.normpath os.path.expanduser os.fspath', ({ args }) =>
    asText({ ...unknown, literals: args.positional[0]?.literals ?? null }),
  ),
  ...each('pathlib.Path pathlib.PurePath pathlib.PosixPath', ({ args }) =>
    ofPath(args.positional.reduce<Value>((left, right) => joinPaths(left, right), ofLiteral(''))),
  ),
  ...each('sqlite3.connect duckdb.connect', ({ run, node, args }) => {
    const path = argument(args, 0, 'database')
    if (path !== undefined && onlyText(path) !== ':memory:') notePath(run, path, 'update', node)
    return fresh('stateful')
  }),
  ...each(
    'os.system os.popen subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen subprocess.getoutput',
    shell,
  ),
}

const writingMethods =
  /^(to_(csv|parquet|json|excel|pickle|feather|hdf|stata|xml|html|markdown|orc|latex)|write_(csv|parquet|json|ipc|ndjson|excel|delta|avro)|sink_\w+|savefig|write_image|write_html)$/

/** `frame.to_csv("x.csv")` and the like, of any object; the methods of a path. */
export function fileMethod(call: LibraryCall): Value | undefined {
  const { run, node, receiver, name, args } = call
  if (receiver.library.includes(pathType)) return pathMethod(call)
  if (receiver.library.length === 0 && writingMethods.test(name)) {
    const first = argument(args, 0, 'path_or_buf', 'path', 'excel_writer', 'fname', 'file', 'buf', 'target')
    const isText = first?.literals?.length === 1 && first.literals[0] === null
    return first === undefined || isText ? fresh() : writes(call)
  }
  // Without a fixed state pandas draws from numpy's own.
  if (
    name === 'sample' &&
    receiver.frame === null &&
    receiver.library.length === 0 &&
    !args.named.has('random_state')
  ) {
    if (args.named.has('frac') || args.named.has('n') || args.positional.length > 0)
      run.emit('update', 'session:random', node)
  }
  return undefined
}

function pathMethod(call: LibraryCall): Value | undefined {
  const { run, node, receiver, name, args } = call
  const mode = Object.hasOwn(pathMethods, name) ? pathMethods[name] : undefined
  if (mode !== undefined) {
    notePath(run, receiver, mode, node)
    return name === 'iterdir' ? collection(run, [ofPath(unknown)]) : fresh()
  }
  if (name === 'open') return open(call)
  if (name === 'glob' || name === 'rglob') {
    notePath(run, receiver, 'read', node)
    return collection(run, [])
  }
  if (name === 'joinpath')
    return ofPath(args.positional.reduce<Value>((left, right) => joinPaths(left, right), receiver))
  if (name === 'rename' || name === 'replace')
    return twoPaths('update', 'write')({ ...call, args: { ...args, positional: [receiver, ...args.positional] } })
  if (name === 'resolve' || name === 'absolute' || name === 'expanduser') return receiver
  if (name === 'as_posix') return { ...unknown, literals: receiver.literals }
  return ofPath(unknown)
}
