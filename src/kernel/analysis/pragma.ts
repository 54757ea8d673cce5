import type { Effect, Finding, Mode, Pragma, Resource, Span } from './effect.ts'
import { type Namespace, tableResource } from './sql/index.ts'

/** A pragma and what is wrong with it. */
export interface ReadPragma {
  readonly pragma: Pragma
  readonly findings: Finding[]
}

const modes: Readonly<Record<string, Mode>> = { reads: 'read', writes: 'write', updates: 'update' }
const prefixes = /^(?:name|table|view|path|param|session|module|notebook):./
const runs = ['auto', 'manual', 'off', 'not-in-job'] as const
type Run = (typeof runs)[number]
const allKeys = ['reads', 'writes', 'updates', 'after', 'run', 'task', 'as']

/** A mutable pragma. */
interface Draft {
  run?: Run
  task?: string
  as?: string
  after: string[]
  effects: Effect[]
}

/**
 * Reads the notes to Dagbook (`# dagbook: key=value …`) among the comments at the top of a cell. `comment` is the sign that starts a
 * comment in the cell's language, `<!--` in Markdown. A value is a list with commas; one with blanks stands in double quotes. Whatever
 * cannot be understood is a finding `unknown-pragma` and has no effect.
 */
export function readPragma(source: string, comment: '#' | '--' | '<!--', namespace: Namespace): ReadPragma {
  const draft: Draft = { after: [], effects: [] }
  const findings: Finding[] = []
  const bad = (where: Span, message: string): void => {
    findings.push({ code: 'unknown-pragma', severity: 'error', where, message })
  }
  for (const note of notesOf(source, comment)) {
    if (!note.atTop) {
      bad(note.where, 'A note to Dagbook stands at the top of a cell, before its first line of code.')
      continue
    }
    for (const item of itemsOf(note)) readItem(item, draft, namespace, bad)
  }
  return { pragma: draft, findings }
}

interface Note {
  /** What follows `dagbook:`. */
  readonly text: string
  readonly start: number
  readonly atTop: boolean
  readonly where: Span
}

function notesOf(source: string, comment: string): Note[] {
  const close = comment === '<!--' ? '(?:-->\\s*$|$)' : '$'
  const pattern = new RegExp(`^(\\s*${comment}\\s*dagbook\\s*:)(.*?)\\s*${close}`, 'd')
  const notes: Note[] = []
  let atTop = true
  let start = 0
  for (const line of source.split('\n')) {
    const match = pattern.exec(line)
    const text = line.trim()
    if (match !== null) {
      const indent = line.length - line.trimStart().length
      const where = { start: start + indent, end: start + line.trimEnd().length }
      notes.push({ text: match[2]!, start: start + match.indices![2]![0], atTop, where })
    } else if (text !== '' && !text.startsWith(comment)) atTop = false
    start += line.length + 1
  }
  return notes
}

interface Item {
  readonly text: string
  readonly start: number
}

/** The words of a note; blanks in quotes part none. */
function itemsOf(note: Note): Item[] {
  return [...note.text.matchAll(/(?:"[^"]*"|`[^`]*`|[^\s"`]|["`])+/g)].map((match) => ({
    text: match[0],
    start: note.start + match.index,
  }))
}

function readItem(item: Item, draft: Draft, namespace: Namespace, bad: (where: Span, message: string) => void): void {
  const whole: Span = { start: item.start, end: item.start + item.text.length }
  const equals = item.text.indexOf('=')
  const key = equals < 0 ? item.text : item.text.slice(0, equals)
  const keySpan: Span = key === '' ? whole : { start: item.start, end: item.start + key.length }
  if (equals < 0) return bad(whole, `"${key}" lacks a value: write ${key}=….`)
  if (!allKeys.includes(key)) return bad(keySpan, `"${key}" is no word of a note. It knows ${allKeys.join(', ')}.`)

  for (const value of valuesOf(item.text.slice(equals + 1), item.start + equals + 1)) {
    const where: Span = { start: value.start, end: value.start + value.text.length }
    const text = value.text.replaceAll('"', '')
    const problem = readValue(key, text, where, draft, namespace)
    if (problem !== null) bad(text === '' ? whole : where, problem)
  }
}

/** The parts of a list; commas in double quotes or back-quotes part none. */
function valuesOf(text: string, start: number): Item[] {
  const values: Item[] = []
  let from = 0
  let quote = ''
  for (let at = 0; at <= text.length; at++) {
    const letter = text[at]
    if (letter === '"' || letter === '`') quote = quote === letter ? '' : quote === '' ? letter : quote
    if (at < text.length && (letter !== ',' || quote !== '')) continue
    values.push({ text: text.slice(from, at), start: start + from })
    from = at + 1
  }
  return values
}

/** Takes one value in; the answer says what is wrong with it, null if nothing. */
function readValue(key: string, text: string, where: Span, draft: Draft, namespace: Namespace): string | null {
  if (text === '') return `"${key}" lacks a value.`
  const mode = modes[key]
  if (mode !== undefined) {
    const effect = readResource(text, mode, where, namespace)
    if (effect === null) return `"${text}" is neither a table, a path, nor a name such as name:df or view:v.`
    draft.effects.push(effect)
    return null
  }
  if (key === 'after') {
    if (!/^[\w-]{1,100}$/.test(text)) return `"${text}" is not the key of a cell.`
    if (!draft.after.includes(text)) draft.after.push(text)
    return null
  }
  if (key === 'run') {
    const run = runs.find((each) => each === text)
    if (run === undefined) return `"${text}" is no way to run a cell. Those are ${runs.join(', ')}.`
    return setOnce(draft, 'run', run)
  }
  if (key === 'task') {
    return /^[A-Za-z0-9_-]{1,100}$/.test(text)
      ? setOnce(draft, 'task', text)
      : `"${text}" is not the key of a task: letters, digits, _ and -, at most 100.`
  }
  return /^[A-Za-z_]\w*$/.test(text) ? setOnce(draft, 'as', text) : `"${text}" is not a name that Python knows.`
}

function setOnce<K extends 'run' | 'task' | 'as'>(draft: Draft, key: K, value: Draft[K]): string | null {
  if (draft[key] !== undefined && draft[key] !== value) return `"${key}" is said twice, and not the same.`
  draft[key] = value
  return null
}

/** The effect on a table, a path, or a resource by its full name; null if the text names none. */
function readResource(text: string, mode: Mode, where: Span, namespace: Namespace): Effect | null {
  if (text.startsWith('table:') && text !== 'table:*') return readResource(text.slice(6), mode, where, namespace)
  if (text.startsWith('view:')) return { mode, resource: `view:${text.slice(5).toLowerCase()}`, where }
  if (prefixes.test(text)) return { mode, resource: text as Resource, where }
  if (/^(?:\/|\.\.?\/|[a-z][a-z0-9]*:\/)/.test(text)) return { mode, resource: `path:${text}`, where }
  const part = '(?:[\\p{L}\\p{N}_-]+|`(?:[^`]|``)+`)'
  if (!new RegExp(`^${part}(?:\\.${part}){0,2}$`, 'u').test(text)) return null
  const parts = text.match(new RegExp(part, 'gu'))!
  const resource = tableResource(parts, namespace)
  if (parts.length > 1) return { mode, resource, where }
  return { mode, resource, where, view: resource.slice(resource.lastIndexOf('.') + 1) }
}
