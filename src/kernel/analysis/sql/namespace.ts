/** The catalog and schema in which a name without them is looked up. */
export interface Namespace {
  readonly catalog: string
  readonly schema: string
}

/** The resource of a table by the parts of its name as written, one to three of them: lower case, without back-quotes. */
export function tableResource(parts: readonly string[], namespace: Namespace): `table:${string}` {
  return `table:${tableName(parts, namespace)}`
}

/** `catalog.schema.table` of a name of one to three parts; further parts (metadata tables) are left out. */
export function tableName(parts: readonly string[], namespace: Namespace): string {
  const own = parts.slice(0, 3)
  const missing = [namespace.catalog, namespace.schema].slice(0, 3 - own.length)
  return [...missing, ...own].map(plainPart).join('.')
}

/**
 * The resource of a schema or catalog, which holds the tables in it: `table:main.sales`, `table:main`. `parts` is its name as written;
 * null, or a name that lacks what is not known: any table.
 */
export function containerResource(
  kind: 'schema' | 'catalog',
  parts: readonly string[] | null,
  namespace: Namespace | null,
): `table:${string}` {
  const own = parts?.slice(kind === 'catalog' ? -1 : -2) ?? []
  if (own.length === 0) return 'table:*'
  if (kind === 'catalog' || own.length === 2) return `table:${own.map(plainPart).join('.')}`
  return namespace === null ? 'table:*' : `table:${[namespace.catalog, own[0]!].map(plainPart).join('.')}`
}

function plainPart(part: string): string {
  const bare = /^`[^]*`$/.test(part) && part.length > 1 ? part.slice(1, -1).replaceAll('``', '`') : part
  return bare.toLowerCase()
}
