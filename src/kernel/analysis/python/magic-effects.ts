import type { MagicLine } from './magics.ts'
import type { Run } from './run.ts'

const quiet =
  'time timeit prun capture matplotlib config load_ext reload_ext autoreload who whos history lsmagic md markdown html latex javascript js precision pdb debug'
const quietWords = new Set(quiet.split(' '))

/** Notes what an IPython line does. Programs of the system may do anything to files. */
export function noteMagic(run: Run, { text, where }: MagicLine): void {
  const [, sign, word] = /^(%%?|!!?)\s*(\w*)/.exec(text) ?? []
  const rest = text.replace(/^(%%?|!!?)\s*\w*\s*/, '')
  if (word === 'pip' || word === 'conda' || word === 'mamba' || (sign === '!' && word === 'uv'))
    return run.emit('update', 'session:pip', where)
  if (word === 'cd') return run.emit('update', 'session:cwd', where)
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
  if (sign === '%%' && word === 'writefile') {
    const names = rest
      .split('\n')[0]!
      .split(/\s+/)
      .filter((each) => each !== '' && !/^(-a|--append)$/.test(each))
    const name = names.length === 1 ? names[0]!.replace(/^["']|["']$/g, '') : '*'
    return run.emit(names.length === 1 && !/^\s*(-a|--append)\b/.test(rest) ? 'write' : 'update', `path:${name}`, where)
  }
  if (sign?.startsWith('%') && word !== undefined && quietWords.has(word)) return
  if (sign?.startsWith('%') && !['sh', 'bash', 'fs', 'system', 'sx', 'script'].includes(word ?? '')) return
  run.emit('update', 'path:*', where)
  run.find(
    'unresolved-path',
    'info',
    where,
    'A program of the system may read and write any file, so this cell keeps its place among all cells with files.',
  )
}
