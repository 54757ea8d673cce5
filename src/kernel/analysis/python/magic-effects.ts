import type { MagicLine } from './magics.ts'
import { workingFolder } from './library/paths.ts'
import type { Run } from './run.ts'
import { ofLiteral, unknown } from './value.ts'

/** Magics that leave names, tables and files alone; those of them that run Python have it looked at as Python. */
const quiet = new Set(
  `time timeit prun memit lprun mprun capture matplotlib config load_ext unload_ext reload_ext autoreload who who_ls whos history hist
  lsmagic magic md markdown html latex javascript js svg precision pprint pdb debug tb xmode colors gui alias bookmark
  doctest_mode logoff logon logstart logstate logstop notebook page pinfo pinfo2 pfile pdoc pdef psource pycat psearch
  quickref save automagic configure skip tensorboard aimport`
    .trim()
    .split(/\s+/),
)

/** Whether a magic changes no name, table or file. */
export function isQuietMagic(word: string): boolean {
  return quiet.has(word)
}

const programs = new Set(['sh', 'bash', 'fs', 'system', 'sx', 'script', 'cmd', 'perl', 'ruby', 'python2', 'python3'])

/** Notes what an IPython line does. Programs of the system may do anything to files, magics that nobody knows anything at all. */
export function noteMagic(run: Run, { text, where }: MagicLine): void {
  const [, sign, word = ''] = /^(%%?|!!?)\s*(\w*)/.exec(text) ?? []
  const rest = text.replace(/^(%%?|!!?)\s*\w*\s*/, '')
  readInterpolated(run, text, where)
  if (word === 'pip' || word === 'conda' || word === 'mamba' || (sign === '!' && word === 'uv'))
    return run.emit('update', 'session:pip', where)
  if (word === 'cd') {
    run.state.set(workingFolder, ofLiteral(rest.trim()))
    return run.emit('update', 'session:cwd', where)
  }
  if (word === 'env' || word === 'set_env')
    return run.emit(rest.includes('=') || word === 'set_env' ? 'update' : 'read', 'session:env', where)
  if (word === 'restart_python' || word === 'reset') {
    run.emit('write', 'name:*', where)
    return run.dropNames()
  }
  if (word === 'run') {
    run.emit('update', 'name:*', where)
    return run.find(
      'unresolved-notebook',
      'warning',
      where,
      'Write %run in a cell of its own: what it defines here is not known.',
    )
  }
  if (sign === '%' || sign === '%%') {
    if (quiet.has(word)) return
    if (word === 'writefile' || word === 'file') return noteFile(run, text, where)
    if (word === 'sql') return noteSql(run, rest, where)
    if (!programs.has(word)) return noteUnknown(run, word, where)
  }
  run.emit('update', 'path:*', where)
  run.find(
    'unresolved-path',
    'info',
    where,
    'A program of the system may read and write any file, so this cell keeps its place among all cells with files.',
  )
}

/** `!ls {folder} $name`: names that IPython puts into the line. */
function readInterpolated(run: Run, text: string, where: MagicLine['where']): void {
  const expressions = [...text.matchAll(/\{([^{}\n]+)\}/g)].flatMap(
    ([, inner]) => inner!.match(/(?<![\w.'"])[A-Za-z_]\w*/g) ?? [],
  )
  const plain = [...text.matchAll(/(?<!\$)\$([A-Za-z_]\w*)/g)].map(([, name]) => name!)
  for (const name of new Set([...expressions, ...plain]))
    if (run.state.get(name) !== undefined && !run.state.getHere(name)?.sure) run.emit('read', `name:${name}`, where)
}

function noteFile(run: Run, text: string, where: MagicLine['where']): void {
  const path = /^%%\w+\s+(?:-a\s+)?(\S+)/.exec(text)?.[1]
  const mode = /^%%\w+\s+-a\s/.test(text) ? 'update' : 'write'
  if (path === undefined) run.emit('update', 'path:*', where)
  else run.emit(mode, `path:${path.replace(/^\.\//, '')}`, where)
}

/** `%sql` among Python is another product's: it runs on a connection of its own, and may bind a name (`%sql x << select 1`). */
function noteSql(run: Run, rest: string, where: MagicLine['where']): void {
  const bound = /^([A-Za-z_]\w*)\s*<</.exec(rest)?.[1]
  if (bound !== undefined) run.writeModuleName(bound, unknown, where)
  run.emit('update', 'table:*', where)
  run.find(
    'unresolved-table',
    'warning',
    where,
    'Write %sql in a cell of its own: which tables it touches here is not known, so this cell keeps its place among all cells with tables.',
  )
}

function noteUnknown(run: Run, word: string, where: MagicLine['where']): void {
  // `%pylab` only binds names.
  run.emit('update', 'name:*', where, word === 'pylab' ? { maybe: true } : {})
  if (run.deferred === null) run.forgetNames()
  run.find(
    'unresolved-names',
    'info',
    where,
    `%${word} may read and change every name, so this cell waits for all cells above it, and all below wait for it.`,
  )
}
