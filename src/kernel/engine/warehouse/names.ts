import { isAbsolute, join, relative, resolve } from 'node:path'
import { Problem } from '../../problem/index.ts'
import type { TableName } from '../protocol.ts'

/** The three levels of a table's name. */
export type TableParts = readonly [catalog: string, schema: string, table: string]

/** The levels of `catalog.schema.table`. Throws DB-1603 for anything else. */
export function tableParts(name: TableName): TableParts {
  const parts = name.split('.')
  const [catalog, schema, ...rest] = parts
  const table = rest.join('.')
  if (!catalog || !schema || !table || /[\\/:*?"<>|\0]/.test(table)) {
    throw new Problem('DB-1603', `"${name}" cannot be the name of a table.`, {}, 'Use a name like main.sales.orders.')
  }
  return [catalog, schema, table]
}

/** The folder name of a catalog or schema: small letters, digits and `_` are themselves, the rest is `-` and two hex digits a byte. */
export function encodePart(part: string): string {
  return part.replace(/[^a-z0-9_]/gu, (character) => Buffer.from(character).toString('hex').replace(/../g, '-$&'))
}

/** The part that `encodePart` made a folder name of; null: it made none like this. */
export function decodePart(folder: string): string | null {
  const bytes: Buffer[] = []
  for (const [piece, hex] of folder.matchAll(/-([0-9a-f]{2})|[^-]+|-/g)) {
    bytes.push(hex === undefined ? Buffer.from(piece) : Buffer.from(hex, 'hex'))
  }
  const part = Buffer.concat(bytes).toString()
  return encodePart(part) === folder ? part : null
}

/**
 * The engine's name of a user's schema, in a world (`base`; a draft and a run) of its own. No two are alike. The engine allows small
 * letters, digits and `_`: `_x` with two hex digits is any other byte, `__` parts the levels.
 */
export function physicalSchema(world: readonly string[], catalog: string, schema: string): string {
  return [...world, catalog, schema].map(escapePart).join('__')
}

function escapePart(part: string): string {
  return part.replace(/[^a-z0-9_]|_(?![a-z0-9])|_(?=x[0-9a-f]{2})/gu, (character) =>
    Buffer.from(character).toString('hex').replace(/../g, '_x$&'),
  )
}

/** Whether `path` is `folder` or lies in it. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(resolve(folder), resolve(path))
  return way === '' || (!way.startsWith('..') && !isAbsolute(way))
}

/** The folder of a schema under `root`. */
export function schemaFolder(root: string, catalog: string, schema: string): string {
  return join(root, encodePart(catalog), encodePart(schema))
}
