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
      storeName(run, first, name.includes('.') ? importModule(run, first.d.value, item) : value)
  }
}

/** `from a.b import c`, `from . import c`, `from a import *`. */
export function executeImportFrom(run: Run, node: ImportFromNode): void {
  const name = absoluteName(run, node.d.module)
  if (name === '__future__') return
  const source = importModule(run, name, node)
  if (node.d.isWildcardImport) return importAll(run, name, source, node)
  for (const { d } of node.d.imports)
    storeName(run, d.alias ?? d.name, memberOf(run, source, name, d.name.d.value, node))
}

function memberOf(run: Run, source: Value, module: string, name: string, at: ParseNode): Value {
  const [project] = source.objects
  if (project?.members === undefined)
    return isPart(run, module, name) ? importModule(run, `${module}.${name}`, at) : ofLibrary(`${module}.${name}`)
  const known = run.state.get(localKey(project.members, name))
  return known?.value ?? importModule(run, `${module}.${name}`, at)
}

/** Whether a name of something that is no file may be a file in it: packages need no file of their own. */
function isPart(run: Run, module: string, name: string): boolean {
  const isAbsent = (path: string): boolean => run.context.files(path) === null
  return !standardModules.has(module.split('.')[0]!) && /^[a-z]/.test(name) && pathsOf(run, module).every(isAbsent)
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
  const found = findModule(run, name)
  if (found === null) return ofLibrary(name)
  run.emit('read', `module:${name}`, at)
  const { program, tree } = loadModule(name, found)
  const key = `${program.prefix}${everyName}`
  const known = run.state.get(key)?.value
  if (known !== undefined) {
    run.readHolders(known.objects, at)
    return known
  }
  const frame = placeHere().frame(program.scopes.module, null, program, thing('scope'))
  const module: Thing = thing('module', { members: frame })
  run.state.set(key, ofThing(module))
  runModule(run, frame, tree, at)
  return ofThing(module)
}

/** What a module does when it is imported happens at the import; what it calls and defines is then known. */
function runModule(run: Run, frame: Frame, tree: ModuleNode, at: ParseNode): void {
  const { frame: importer, site, loops, tries, certain } = run
  run.site = run.where(at)
  run.frame = frame
  run.loops = []
  run.tries = []
  execute(run, tree.d.statements)
  Object.assign(run, { frame: importer, site, loops, tries, certain })
  run.state.dead = false
}

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
  const folders = run.context.folder ? [`${run.context.folder}/`, ''] : ['']
  return folders.flatMap((folder) => [`${folder}${base}.py`, `${folder}${base}/__init__.py`])
}

interface LoadedModule {
  readonly text: string
  readonly tree: ModuleNode
  readonly program: Program
}

const loaded = new Map<string, LoadedModule>()

/** The parsed module; kept, for it is imported again and again. */
function loadModule(name: string, { path, text }: ModuleFile): LoadedModule {
  const known = loaded.get(`${name} ${path}`)
  if (known?.text === text) return known
  const folder = folderOf(path)
  const { tree } = parsePython(text)
  const program: Program = { id: newId(), text, scopes: buildScopes(tree), prefix: `${name}:`, folder }
  const module = { text, tree, program }
  loaded.set(`${name} ${path}`, module)
  return module
}
