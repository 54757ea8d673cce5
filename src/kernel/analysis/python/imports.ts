import { folderOf } from '../project-path.ts'
import type { ImportFromNode, ImportNode, ModuleNameNode, ModuleNode, ParseNode } from './nodes.ts'
import { newId, placeHere } from './place.ts'
import { everyName, type Run } from './run.ts'
import { moduleNames } from './scopes.ts'
import { buildScopes } from './scope-builder.ts'
import { starNames } from './star-names.ts'
import { execute } from './statements.ts'
import { standardModules } from './standard-modules.ts'
import { parsePython } from './syntax.ts'
import { itemsOf, localKey, storeName } from './variables.ts'
import { changedKey } from './patches.ts'
import {
  ofLibrary,
  ofThing,
  onlyText,
  texts,
  thing,
  unknown,
  type Frame,
  type Program,
  type Thing,
  type Value,
} from './value.ts'

/** `import a.b as c`. */
export function executeImport(run: Run, node: ImportNode): void {
  for (const item of node.d.list) {
    const name = dotted(item.d.module)
    const value = importModule(run, name, item)
    const [first] = item.d.module.d.nameParts
    if (item.d.alias !== undefined) storeName(run, item.d.alias, value)
    else if (first !== undefined)
      storeName(run, first, name.includes('.') ? (loadedModule(run, first.d.value) ?? ofLibrary(first.d.value)) : value)
  }
}

/** `from a.b import c`, `from . import c`, `from a import *`. */
export function executeImportFrom(run: Run, node: ImportFromNode): void {
  const name = absoluteName(run, node.d.module)
  if (name === '__future__') return
  const source = importModule(run, name, node)
  if (node.d.module.d.leadingDots > 0 && source.objects.length === 0 && node.d.module.d.nameParts.length > 0)
    notFound(run, name, node)
  if (node.d.isWildcardImport) return importAll(run, name, source, node)
  for (const { d } of node.d.imports)
    storeName(run, d.alias ?? d.name, memberOf(run, source, name, d.name.d.value, node))
}

function memberOf(run: Run, source: Value, module: string, name: string, at: ParseNode): Value {
  const [project] = source.objects
  const full = module === '' ? name : `${module}.${name}`
  if (project?.members === undefined) return isPart(run, module, name) ? importModule(run, full, at) : ofLibrary(full)
  const known = run.state.get(localKey(project.members, name))
  if (known !== undefined) return known.value
  const inside = importModule(run, full, at)
  if (inside.objects.length === 0 && !isDynamic(project)) notFound(run, full, at)
  return inside
}

/** Whether a name of something that is no file may be a file in it: packages need no file of their own. */
function isPart(run: Run, module: string, name: string): boolean {
  const isAbsent = (path: string): boolean => run.context.files(path) === null
  const root = module.split('.')[0]!
  if (standardModules.has(root) || installed.has(root) || !/^[a-z]/.test(name)) return false
  return module === '' || pathsOf(run, module).every(isAbsent)
}

/** A module that was imported before, by what it is a part of: `utils.cleaning`. */
export function submodule(run: Run, holder: Thing, name: string): Value | undefined {
  if (holder.kind !== 'module') return undefined
  return loadedModule(run, `${holder.members!.program.prefix.slice(0, -1)}.${name}`)
}

/** A module of the project that some cell has imported. */
export function loadedModule(run: Run, name: string): Value | undefined {
  return run.state.get(`${name}:${everyName}`)?.value
}

/** Whether a module may have names that its text does not show. */
function isDynamic({ members }: Thing): boolean {
  return members === undefined || /\b(__getattr__|globals|exec|import \*)/.test(members.program.text)
}

function notFound(run: Run, name: string, at: ParseNode): void {
  const message = `There is no ${name} in the project's files, so this import fails. Correct the name, or add the file.`
  run.find('unresolved-import', 'warning', at, message)
}

/** Libraries of which nobody has a folder of the same name in a project. */
const installed = new Set(
  `pyspark delta databricks pandas numpy polars pyarrow duckdb sklearn scipy statsmodels matplotlib seaborn plotly altair torch
  tensorflow keras transformers mlflow xgboost lightgbm requests yaml dateutil IPython ipywidgets tqdm boto3 azure google
  sqlalchemy pydantic dotenv PIL cv2 nltk spacy gensim dask pytest great_expectations dlt langchain openai`
    .trim()
    .split(/\s+/),
)

function importAll(run: Run, name: string, source: Value, node: ImportFromNode): void {
  const [project] = source.objects
  const names = project?.members === undefined ? starNames(name) : publicNames(run, project.members)
  if (names === null) {
    run.emit('update', 'name:*', node, { maybe: true })
    run.find(
      'unresolved-import',
      'info',
      node,
      `The names that ${name || 'this module'} brings are not known, so any name used below may be one of them.`,
    )
    if (run.deferred === null) run.forgetNames()
    return
  }
  for (const each of names) {
    const value =
      project?.members === undefined
        ? ofLibrary(`${name}.${each}`)
        : (run.state.get(localKey(project.members, each))?.value ?? unknown)
    run.writeModuleName(each, value, node)
  }
}

function publicNames(run: Run, frame: Frame): readonly string[] {
  const all = run.state.get(localKey(frame, '__all__'))?.value
  const listed = all === undefined ? null : itemsOf(run, all)?.map((item) => onlyText(item))
  if (listed != null && !listed.includes(null)) return listed as readonly string[]
  return [...moduleNames(frame.program.scopes).definitions].filter((name) => !name.startsWith('_'))
}

function dotted(module: ModuleNameNode): string {
  return module.d.nameParts.map((part) => part.d.value).join('.')
}

function absoluteName(run: Run, module: ModuleNameNode): string {
  const { leadingDots } = module.d
  if (leadingDots === 0) return dotted(module)
  const folder = run.frame.program.folder.split('/').filter((part) => part !== '')
  return [...folder.slice(0, folder.length - leadingDots + 1), ...module.d.nameParts.map((part) => part.d.value)].join(
    '.',
  )
}

/** The module of a name: one of the project is looked into, any other is known by its name only. */
export function importModule(run: Run, name: string, at: ParseNode): Value {
  const root = name.split('.')[0]!
  // Who imports a module again gets what the cells above have made of it.
  if (run.state.get(changedKey(root)) !== undefined) run.changeLibrary(root, at, 'read')
  if (name === '' || standardModules.has(root)) return ofLibrary(name)
  run.emit('read', 'session:pip', at)
  run.emit('read', 'session:path', at)
  return projectModule(run, name, at) ?? loadedModule(run, name) ?? ofLibrary(name)
}

/** A module of the project, with the packages that it is in; null: there is no such file. */
function projectModule(run: Run, name: string, at: ParseNode): Value | null {
  const found = findModule(run, name)
  if (found === null) return null
  const dot = name.lastIndexOf('.')
  const outer = dot === -1 ? '' : name.slice(0, dot)
  const holder =
    outer === '' ? null : (projectModule(run, outer, at) ?? loadedModule(run, outer) ?? emptyModule(run, outer))
  run.emit('read', `module:${name}`, at)
  const known = loadedModule(run, name)
  if (known !== undefined) run.readHolders(known.objects, at)
  const value = known ?? loadInto(run, name, found, at)
  const [package_] = holder?.objects ?? []
  if (package_?.members !== undefined) run.state.set(localKey(package_.members, name.slice(dot + 1)), value)
  return value
}

/** A folder that is a package without a file of its own. */
function emptyModule(run: Run, name: string): Value {
  return makeModule(run, name, loadModule(name, { path: `${name.replaceAll('.', '/')}/`, text: '' })).value
}

function loadInto(run: Run, name: string, file: ModuleFile, at: ParseNode): Value {
  const loaded = loadModule(name, file)
  if (loaded.problem !== null)
    run.find(
      'syntax-error',
      'error',
      at,
      `Python cannot read ${file.path}, line ${loaded.problem}, which is imported here.`,
    )
  const { value, frame } = makeModule(run, name, loaded)
  runModule(run, frame, loaded.tree, at)
  return value
}

function makeModule(run: Run, name: string, { program }: LoadedModule): { value: Value; frame: Frame } {
  const frame = placeHere().frame(program.scopes.module, null, program, thing('scope'))
  const value = ofThing(thing('module', { members: frame }))
  run.state.set(`${name}:${everyName}`, value)
  return { value, frame }
}

/** What a module does when it is imported happens at the import; what it calls and defines is then known. */
function runModule(run: Run, frame: Frame, tree: ModuleNode, at: ParseNode): void {
  const { frame: importer, site, loops, tries, certain, importing } = run
  run.site = run.where(at)
  run.frame = frame
  run.importing = frame
  run.loops = []
  run.tries = []
  execute(run, tree.d.statements)
  Object.assign(run, { frame: importer, site, loops, tries, certain, importing })
  run.state.dead = false
}

/** The variable that holds the folders which the program has added to Python's search path. */
export const searchPath = '#sys.path'

interface ModuleFile {
  readonly path: string
  readonly text: string
}

function findModule(run: Run, name: string): ModuleFile | null {
  for (const path of pathsOf(run, name)) {
    const text = run.context.files(path)
    if (text === undefined) run.needs.add(path)
    else if (text !== null) return { path, text }
  }
  return null
}

function pathsOf(run: Run, name: string): readonly string[] {
  const base = name.replaceAll('.', '/')
  const added = texts(run.state.get(searchPath)?.value) ?? []
  const here = run.context.folder ? [`${run.context.folder}/`, ''] : ['']
  const folders = [...here, ...added.map((folder) => `${folder.replace(/^\.\//, '').replace(/\/+$/, '')}/`)]
  return folders.flatMap((folder) => [`${folder}${base}.py`, `${folder}${base}/__init__.py`])
}

interface LoadedModule {
  readonly text: string
  readonly tree: ModuleNode
  readonly program: Program
  /** The line that Python cannot read, with the reason; null: there is none. */
  readonly problem: string | null
}

const loaded = new Map<string, LoadedModule>()

/** The parsed module; kept, for it is imported again and again. */
function loadModule(name: string, { path, text }: ModuleFile): LoadedModule {
  const known = loaded.get(`${name} ${path}`)
  if (known?.text === text) return known
  const folder = folderOf(path)
  const { tree, problems } = parsePython(text)
  const [first] = problems
  const line = first === undefined ? 0 : text.slice(0, first.where.start).split('\n').length
  const problem = first === undefined ? null : `${line} (${first.message})`
  const program: Program = { id: newId(), text, scopes: buildScopes(tree), prefix: `${name}:`, folder }
  const module = { text, tree, program, problem }
  loaded.set(`${name} ${path}`, module)
  return module
}
