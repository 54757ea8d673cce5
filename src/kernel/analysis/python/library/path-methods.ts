import type { Mode } from '../../effect.ts'
import { gap } from '../../rough-path.ts'
import { argument } from '../arguments.ts'
import { fresh } from '../expressions.ts'
import { collectionOf } from '../variables.ts'
import { open } from './files.ts'
import type { LibraryCall } from './handler.ts'
import { notePath } from './paths.ts'
import { folderOf, joinPaths, mapPath, nameOf, ofPath, pathType } from './path-texts.ts'
import { ofLiteral, onlyText, unknown, type Value } from '../value.ts'

/** What methods of a path do to its file. */
const touching: Readonly<Record<string, Mode>> = {
  read_text: 'read',
  read_bytes: 'read',
  exists: 'read',
  is_file: 'read',
  is_dir: 'read',
  stat: 'read',
  write_text: 'write',
  write_bytes: 'write',
  mkdir: 'update',
  touch: 'update',
  unlink: 'write',
  rmdir: 'write',
  chmod: 'update',
  symlink_to: 'write',
}

/** A method of a `pathlib.Path`. */
export function pathMethod(call: LibraryCall): Value | undefined {
  const { run, node, receiver, name, args } = call
  if (!receiver.library.includes(pathType)) return undefined
  const mode = Object.hasOwn(touching, name) ? touching[name] : undefined
  if (mode !== undefined) {
    notePath(run, receiver, mode, node)
    return mode === 'read' && name.startsWith('read') ? fresh() : unknown
  }
  const [first] = args.positional
  switch (name) {
    case 'open':
      return open(call)
    case 'iterdir':
      notePath(run, receiver, 'read', node)
      return collectionOf(run, ofPath(joinPaths(receiver, ofLiteral(gap))))
    case 'glob':
    case 'rglob': {
      notePath(run, receiver, 'read', node)
      const pattern = mapPath(first ?? unknown, (text) => (name === 'rglob' ? gap : text.replace(/[*?[][^/]*/g, gap)))
      return collectionOf(run, ofPath(joinPaths(receiver, pattern)))
    }
    case 'joinpath':
      return ofPath(args.positional.reduce<Value>((left, right) => joinPaths(left, right), receiver))
    case 'rename':
    case 'replace': {
      const target = argument(args, 0, 'target')
      notePath(run, receiver, 'update', node)
      notePath(run, target, 'write', node)
      return ofPath(target ?? unknown)
    }
    case 'resolve':
    case 'absolute':
    case 'expanduser':
      return receiver
    case 'as_posix':
    case '__str__':
    case '__fspath__':
      return { ...unknown, literals: receiver.literals }
    case 'with_suffix': {
      const ending = onlyText(first)
      return ofPath(ending === null ? unknown : mapPath(receiver, (text) => text.replace(/\.[^./]*$/, '') + ending))
    }
    case 'with_name':
      return ofPath(joinPaths(mapPath(receiver, folderOf), first ?? unknown))
    default:
      return ofPath(unknown)
  }
}

/** An attribute of a `pathlib.Path`. */
export function pathAttribute(base: Value, name: string): Value {
  if (name === 'parent') return ofPath(mapPath(base, folderOf))
  const last = mapPath(base, nameOf)
  if (name === 'name') return last
  if (name === 'stem') return mapPath(last, (text) => (text.includes(gap) ? gap : text.replace(/(.)\.[^.]*$/, '$1')))
  if (name === 'suffix')
    return mapPath(last, (text) => (text.endsWith(gap) ? gap : (/.(\.[^.]*)$/.exec(text)?.[1] ?? '')))
  return unknown
}
