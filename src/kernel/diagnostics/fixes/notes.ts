import type { Fixer, DiagnosedCell } from '../rule.ts'
import type { FixEdit } from '../../analysis/index.ts'
import { nearest } from './spelling.ts'
import { change, one, replaced } from './edits.ts'

/** Puts a word into a cell's note to Dagbook; without a note the cell gets one. */
export function noted(
  cell: Pick<DiagnosedCell, 'id' | 'kind' | 'source'>,
  key: string,
  values: readonly string[],
): FixEdit {
  const { id, kind, source } = cell
  const sign = kind === 'sql' ? '--' : '#'
  const note = new RegExp(String.raw`^[ \t]*${sign}[ \t]*dagbook[ \t]*:.*$`, 'm').exec(topComments(source, sign))
  const quoted = values.map((value) => (/[\s,]/.test(value) ? `"${value}"` : value)).join(',')
  if (note === null) return { op: 'change', cell: id, source: `${sign} dagbook: ${key}=${quoted}\n${source}` }
  const line = note[0].trimEnd()
  const list = new RegExp(String.raw`(\s${key}=)(\S+)`).exec(line)
  const next = list === null ? `${line} ${key}=${quoted}` : line.replace(list[0], `${list[1]}${list[2]},${quoted}`)
  const where = { start: note.index, end: note.index + note[0].length }
  return { op: 'change', cell: id, source: replaced(source, [{ where, text: next }]) }
}

function topComments(source: string, sign: string): string {
  const lines = source.split('\n')
  const end = lines.findIndex((line) => line.trim() !== '' && !line.trim().startsWith(sign))
  return lines.slice(0, end === -1 ? lines.length : end).join('\n')
}

/** What cannot be named is said in a note. The gap must be filled in: until then the note is not understood, and says so. */
export function askFor(what: 'table' | 'path' | 'names'): Fixer {
  return (_, { cell, diagnostic }) => {
    const { kind, source } = cell
    if (kind !== 'python' && kind !== 'sql') return []
    const isRead = / read /.test(diagnostic.message)
    const isWrite = / written /.test(diagnostic.message)
    const key = what === 'names' || isWrite ? 'writes' : isRead ? 'reads' : 'updates'
    const gap = what === 'names' ? '<name:x>' : `<${what}>`
    if (source.includes(gap)) return []
    return one(`Say in a note which ${what === 'names' ? 'names it makes' : `${what} it is`}`, noted(cell, key, [gap]))
  }
}

const words = ['reads', 'writes', 'updates', 'after', 'run', 'task', 'as']
const runs = ['auto', 'manual', 'off', 'not-in-job']

/** The word of a note that is meant. */
export const correctNote: Fixer = ({ cells }, { index, cell, diagnostic }) => {
  const { where } = diagnostic
  const wrong = cell.source.slice(where.start, where.end)
  const line = cell.source.slice(cell.source.lastIndexOf('\n', where.start) + 1, where.start)
  const key = /(\w+)=[^\s]*$/.exec(line)?.[1]
  const known =
    key === 'run'
      ? runs
      : key === 'after'
        ? cells.slice(0, index).map((each) => each.key)
        : key === undefined
          ? words
          : []
  const right = nearest(wrong, known, 1)
  return right === null ? [] : one(`Write ${right}`, change(cell, { where, text: right }))
}

/** Turns a cell off, or deletes it. */
export const dropCell: Fixer = (_, { cell }) => [
  { title: 'Turn the cell off', edits: [noted(cell, 'run', ['off'])] },
  { title: 'Delete the cell', edits: [{ op: 'delete', cell: cell.id }] },
]
