import type { Mode } from '../../effect.ts'
import { gap } from '../../rough-path.ts'
import { argument } from '../arguments.ts'
import { useArguments } from '../calls.ts'
import { fresh } from '../expressions.ts'
import { asText } from '../texts.ts'
import { collection, collectionOf } from '../variables.ts'
import { each, type Handler, type Handlers, type LibraryCall } from './handler.ts'
import { notePath } from './paths.ts'
import { folderOf, joinPaths, mapPath, nameOf, ofPath, pathType } from './path-texts.ts'
import { ofFrame, ofLiteral, onlyText, roughTexts, texts, unknown, type Value } from '../value.ts'

function touch(mode: Mode, position: number, ...names: string[]): Handler {
  return ({ run, node, args }) => {
    useArguments(run, node, args)
    const path = argument(args, position, ...names)
    // Without a file these give the text instead, or write to something that is already open.
    if (path === undefined || isOpen(path)) return path === undefined ? fresh() : (run.change(path, node), fresh())
    notePath(run, path, keepsOthers(mode, { run, node, args }) ? 'update' : mode, node)
    return fresh()
  }
}

/** Whether a call that writes leaves something of what was there: it appends, or writes some files of a folder. */
function keepsOthers(mode: Mode, { args }: Pick<LibraryCall, 'run' | 'node' | 'args'>): boolean {
  const given = args.named.get('mode')
  const isWhole = given === undefined || ['w', 'wb', 'wt', 'overwrite', 'x'].includes(onlyText(given) ?? '')
  return mode === 'write' && (!isWhole || args.named.has('partition_cols') || args.named.has('partition_by'))
}

function isOpen(path: Value): boolean {
  return path.literals === null && path.objects.some((object) => object.kind === 'stateful')
}

/** `open(path, mode)` and its like: every later use of what it gives touches the file again. */
export const open: Handler = ({ run, node, args, receiver }) => {
  const isMethod = receiver.library.includes(pathType)
  const given = argument(args, isMethod ? 0 : 1, 'mode')
  const mode = given === undefined ? 'r' : onlyText(given)
  const path = isMethod ? receiver : argument(args, 0, 'file', 'filename', 'path', 'name')
  if (path !== undefined && isOpen(path)) return (run.change(path, node), fresh('stateful'))
  const does: Mode = mode === null || /[ax+]/.test(mode) ? 'update' : mode.includes('w') ? 'write' : 'read'
  const touches = notePath(run, path, does, node).map((effect) => ({
    ...effect,
    mode: does === 'read' ? ('read' as const) : ('update' as const),
  }))
  return fresh('stateful', { touches })
}

function twoPaths(source: Mode, target: Mode): Handler {
  return ({ run, node, args }) => {
    notePath(run, argument(args, 0, 'src', 'from'), source, node)
    const to = argument(args, 1, 'dst', 'to')
    notePath(run, to, target, node)
    return to ?? unknown
  }
}

/** Other programs may read and write anything. */
const shell: Handler = ({ run, node, args }) => {
  useArguments(run, node, args)
  run.emit('update', 'path:*', node)
  run.find(
    'unresolved-path',
    'info',
    node,
    'A program of the system may read and write any file, so this cell keeps its place among all cells with files.',
  )
  return fresh()
}

const pathWords = 'filepath_or_buffer path io path_or_buf file source fname filename dir fp f where'.split(' ')
const reads = touch('read', 0, ...pathWords)
const writes = touch('write', 0, ...pathWords, 'excel_writer', 'buf', 'target')
const changes = touch('update', 0, 'path', 'name', 'dir')

/** Libraries that add an ending to a name that has none. */
function withEnding(ending: string): Handler {
  return (call) => {
    const path = argument(call.args, 0, 'file', 'fname')
    const known = roughTexts(path)?.map((text) => (/\.\w+$/.test(text) ? text : `${text}${ending}`))
    if (known === undefined) return writes(call)
    notePath(call.run, ofLiteral(...known), 'write', call.node)
    return unknown
  }
}

/** The names in a folder: texts of which nothing is known but where they are. */
const listed: Handler = ({ run, node, args, name }) => {
  const path = argument(args, 0, 'path', 'top') ?? ofLiteral('.')
  notePath(run, path, 'read', node)
  const inside = joinPaths(path, ofLiteral(gap))
  if (name === 'listdir') return collectionOf(run, ofLiteral(gap))
  if (name === 'walk') {
    const names = collectionOf(run, ofLiteral(gap))
    const items = [inside, names, names]
    return collectionOf(run, collection(run, items, { items }))
  }
  return collectionOf(run, entryOf({ run }, inside))
}

/** An entry of a listed folder, with its path and name. */
export function entryOf({ run }: Pick<LibraryCall, 'run'>, path: Value): Value {
  const made = collection(run, [])
  for (const object of made.objects) {
    run.state.set(`#${object.id}.path`, path)
    run.state.set(`#${object.id}.name`, ofLiteral(gap))
  }
  return made
}

/** Paths that fit a pattern; what the pattern leaves open is not known of them. */
const globbed: Handler = ({ run, node, args }) => {
  const root = argument(args, -1, 'root_dir')
  const pattern = argument(args, 0, 'pathname')
  notePath(run, root === undefined ? pattern : joinPaths(root, pattern ?? unknown), 'read', node)
  return collectionOf(
    run,
    mapPath(pattern ?? unknown, (text) => text.replace(/[*?[{][^/]*/g, gap)),
  )
}

/** A file or folder that nobody else has: each of them somewhere among all temporary ones. */
const temporary: Handler = ({ run, node, args, name }) => {
  const place = argument(args, -1, 'dir')
  const path = place === undefined ? ofLiteral(`/tmp/${gap}`) : joinPaths(place, ofLiteral(gap))
  if (name === 'mkdtemp' || name === 'mktemp') return path
  if (name === 'mkstemp') return collection(run, [fresh(), path], { items: [fresh(), path] })
  const made = fresh('stateful', { touches: notePath(run, path, 'update', node) })
  for (const object of made.objects) run.state.set(`#${object.id}.name`, path)
  // `with TemporaryDirectory() as folder` gives the path itself.
  return name === 'TemporaryDirectory' ? { ...made, literals: path.literals } : made
}

const pandasFormats = 'csv parquet json excel pickle feather orc hdf fwf table xml html stata sas spss'
const polarsFormats = 'csv parquet json ndjson excel ipc avro delta database_uri ods'

/** What is done to files through libraries, by dotted name. */
export const fileHandlers: Handlers = {
  ...each(
    'builtins.open io.open os.open gzip.open bz2.open lzma.open codecs.open tarfile.open tarfile.TarFile zipfile.ZipFile fsspec.open smart_open.open h5py.File netCDF4.Dataset rasterio.open shelve.open dbm.open',
    open,
  ),
  ...each(pandasFormats.replace(/\S+/g, 'pandas.read_$&'), reads),
  ...each(polarsFormats.replace(/\S+/g, 'polars.read_$&'), reads),
  ...each(`${polarsFormats} iceberg`.replace(/\S+/g, 'polars.scan_$&'), ({ run, node, args }) =>
    ofFrame(notePath(run, argument(args, 0, 'source', 'path'), 'read', node)),
  ),
  ...each('pyarrow.dataset.dataset duckdb.read_csv duckdb.read_parquet duckdb.read_json', ({ run, node, args }) => ({
    ...fresh(),
    frame: notePath(run, argument(args, 0, 'source', 'path'), 'read', node),
  })),
  ...each(
    'numpy.load numpy.loadtxt numpy.genfromtxt numpy.fromfile numpy.memmap joblib.load torch.load pyarrow.parquet.read_table pyarrow.parquet.ParquetFile pyarrow.csv.read_csv pyarrow.feather.read_table matplotlib.pyplot.imread matplotlib.image.imread PIL.Image.open cv2.imread skimage.io.imread imageio.imread openpyxl.load_workbook geopandas.read_file xarray.open_dataset scipy.io.loadmat networkx.read_gml tomllib.load_file dotenv.dotenv_values runpy.run_path',
    reads,
  ),
  ...each('mlflow.log_artifact mlflow.log_artifacts', touch('read', 0, 'local_path', 'local_dir')),
  ...each('numpy.savetxt cv2.imwrite skimage.io.imsave imageio.imwrite matplotlib.pyplot.imsave', writes),
  ...each('numpy.save', withEnding('.npy')),
  ...each('numpy.savez numpy.savez_compressed', withEnding('.npz')),
  ...each('matplotlib.pyplot.savefig', withEnding('.png')),
  ...each(
    'joblib.dump torch.save pyarrow.parquet.write_table pyarrow.feather.write_feather pyarrow.csv.write_csv scipy.io.wavfile.write',
    touch('write', 1, 'filename', 'f', 'where', 'dest', 'output_file'),
  ),
  ...each('pyarrow.parquet.write_to_dataset', touch('update', 1, 'root_path')),
  ...each('pandas.ExcelWriter pandas.HDFStore pyarrow.parquet.ParquetWriter', ({ run, node, args, name }) => {
    const path = argument(args, 0, 'path', 'where')
    const appends = name === 'HDFStore' || onlyText(argument(args, -1, 'mode')) === 'a'
    const effects = notePath(run, path, appends ? 'update' : 'write', node)
    return fresh('stateful', { touches: effects.map((effect) => ({ ...effect, mode: 'update' })) })
  }),
  ...each(
    'os.stat os.lstat os.access os.readlink os.path.exists os.path.isfile os.path.isdir os.path.getsize os.path.getmtime os.path.getctime os.path.islink shutil.disk_usage',
    (call) => (reads(call), unknown),
  ),
  ...each('os.listdir os.scandir os.walk', listed),
  ...each('glob.glob glob.iglob', globbed),
  ...each('os.makedirs os.mkdir os.truncate os.utime os.chmod os.chown os.mkfifo', changes),
  ...each('os.remove os.unlink os.rmdir os.removedirs shutil.rmtree', touch('write', 0, 'path', 'name')),
  ...each('shutil.copyfile', twoPaths('read', 'write')),
  // Into a folder that is there they put a file beside the others.
  ...each('shutil.copy shutil.copy2 shutil.copytree shutil.copymode os.link os.symlink', twoPaths('read', 'update')),
  ...each('shutil.move', twoPaths('update', 'update')),
  ...each('os.rename os.replace os.renames', twoPaths('update', 'write')),
  ...each('shutil.make_archive', ({ run, node, args }) => {
    const ends = { zip: '.zip', tar: '.tar', gztar: '.tar.gz', bztar: '.tar.bz2', xztar: '.tar.xz' }
    const format = onlyText(argument(args, 1, 'format')) ?? ''
    const ending = Object.hasOwn(ends, format) ? ends[format as keyof typeof ends] : gap
    const target = mapPath(argument(args, 0, 'base_name') ?? unknown, (text) => `${text}${ending}`)
    notePath(run, argument(args, 2, 'root_dir') ?? ofLiteral('.'), 'read', node)
    notePath(run, target, 'write', node)
    return target
  }),
  ...each('shutil.unpack_archive', ({ run, node, args }) => {
    notePath(run, argument(args, 0, 'filename'), 'read', node)
    notePath(run, argument(args, 1, 'extract_dir') ?? ofLiteral('.'), 'update', node)
    return unknown
  }),
  ...each('urllib.request.urlretrieve wget.download gdown.download', ({ run, node, args, name }) => {
    const path = argument(args, 1, 'filename', 'out', 'output')
    notePath(run, path, name === 'urlretrieve' ? 'write' : 'update', node)
    return collection(run, [path ?? unknown], { items: [path ?? unknown, fresh()] })
  }),
  ...each(
    'tempfile.mkdtemp tempfile.mktemp tempfile.mkstemp tempfile.TemporaryDirectory tempfile.NamedTemporaryFile',
    temporary,
  ),
  ...each('tempfile.TemporaryFile tempfile.SpooledTemporaryFile', () => fresh('stateful')),
  ...each('tempfile.gettempdir', () => ofLiteral('/tmp')),
  ...each('os.path.join', ({ args }) =>
    args.others.length > 0
      ? unknown
      : args.positional.reduce<Value>((left, right) => joinPaths(left, right), ofLiteral('')),
  ),
  ...each('os.path.dirname', ({ args }) => mapPath(args.positional[0], folderOf)),
  ...each('os.path.basename', ({ args }) => mapPath(args.positional[0], nameOf)),
  ...each('os.path.splitext', ({ run, args }) => {
    const [path] = args.positional
    const items = [mapPath(path, (text) => text.replace(/\.[^./]*$/, '')), mapPath(path, endingOf)]
    return collection(run, items, { items })
  }),
  ...each('os.path.abspath os.path.normpath os.path.realpath os.path.expanduser os.fspath', ({ args }) =>
    asText({ ...unknown, literals: args.positional[0]?.literals ?? null }),
  ),
  ...each('pathlib.Path pathlib.PurePath pathlib.PosixPath pathlib.PurePosixPath', ({ args }) =>
    ofPath(args.positional.reduce<Value>((left, right) => joinPaths(left, right), ofLiteral(''))),
  ),
  ...each('pathlib.Path.cwd', () => ofPath(ofLiteral('.'))),
  ...each('mlflow.register_model', ({ run, node, args }) => {
    notePath(run, modelOf(argument(args, 1, 'name')), 'update', node)
    return fresh()
  }),
  ...each(
    'os.system os.popen subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen subprocess.getoutput subprocess.getstatusoutput',
    shell,
  ),
}

function endingOf(text: string): string {
  return /\.[^./]*$/.exec(text)?.[0] ?? ''
}

function modelOf(name: Value | undefined): Value {
  return mapPath(name, (text) => `models:/${text}/`)
}

const writingMethods =
  /^(to_(csv|parquet|json|excel|pickle|feather|hdf|stata|xml|html|markdown|orc|latex|netcdf|file|zarr|gbq)|write_(csv|parquet|json|ipc|ndjson|excel|delta|avro)|sink_\w+|savefig|write_image|write_html|tofile|dump)$/
const savingMethods = /^(save|save_model|save_weights|save_pretrained|save_raw|save_to_disk|export|extractall|extract)$/

/** `frame.to_csv("x.csv")` and the like, of any object; the methods of a path are elsewhere. */
export function fileMethod(call: LibraryCall): Value | undefined {
  const { run, node, receiver, name, args } = call
  if (receiver.library.length === 0 && writingMethods.test(name)) {
    const first = argument(args, 0, ...pathWords, 'excel_writer', 'buf', 'target', 'root_path')
    const isText = first?.literals?.length === 1 && first.literals[0] === null
    if (first === undefined || isText) return fresh()
    if (name === 'savefig') return withEnding('.png')(call)
    if (name === 'write_delta' || name === 'to_zarr') return touch('update', 0, 'target', 'store')(call)
    return writes(call)
  }
  if (savingMethods.test(name) && receiver.objects.some(({ kind }) => kind !== 'instance')) noteSaved(call)
  const registered = args.named.get('registered_model_name')
  if (registered !== undefined) notePath(run, modelOf(registered), 'update', node)
  // What is opened inside of something open is open, too.
  if (name === 'open' && receiver.objects.some(({ kind }) => kind === 'stateful')) {
    run.change(receiver, node)
    return fresh('stateful', { touches: receiver.objects.flatMap(({ touches }) => touches ?? []) })
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

/** `model.save(path)`: files, or a folder of them. */
function noteSaved({ run, node, args }: LibraryCall): void {
  const path = argument(args, 0, 'path', 'filepath', 'fp', 'filename', 'save_directory')
  if (path === undefined || isOpen(path)) return
  if (roughTexts(path) !== null || path.objects.length > 0) notePath(run, path, 'update', node)
}

const readingWords = /^(read|load|open|scan|imread|parse|ingest|fetch_file|from_(file|path|pretrained|csv|json))/i
const writingWords = /write|save|dump|export|download|extract|unpack|copy|move|delete|remove|mkdir|to_(csv|file|disk)/i
const endings =
  /\.(csv|tsv|parquet|jsonl?|txt|xlsx?|pkl|pickle|np[yz]|h5|hdf5?|png|jpe?g|gif|tiff?|pdf|svg|html?|ya?ml|toml|ini|cfg|xml|zip|gz|tar|db|sqlite3?|duckdb|feather|arrow|avro|orc|pth?|ckpt|bin|joblib|onnx|wav|mp[34]|nc|shp|geojson|gpkg|log|dat)$/i

/** A path given to a function that we do not know: it is read, or changed if the function's name says so. */
export function looseFiles({ run, node, args, name, receiver }: LibraryCall): void {
  // What is written to an open file is text, what is put into an archive is a file.
  const isOpenFile = receiver.objects.some(({ kind }) => kind === 'stateful')
  const writing = writingWords.test(name) && !isOpenFile
  if (isOpenFile && name !== 'write' && name !== 'add') return
  if (!isOpenFile && !writing && !readingWords.test(name)) return
  for (const value of args.all) {
    const known = texts(value) ?? (roughTexts(value)?.every((text) => !text.startsWith(gap)) ? roughTexts(value) : null)
    if (known?.every(isPathText)) notePath(run, value, writing ? 'update' : 'read', node)
  }
}

function isPathText(text: string): boolean {
  if (/\s/.test(text) || /^(https?|jdbc|runs):/.test(text)) return false
  return /^(\/[^/]|\.{1,2}\/|~\/|dbfs:|file:|models:|[a-z0-9]+:\/\/)/.test(text) || endings.test(text)
}
