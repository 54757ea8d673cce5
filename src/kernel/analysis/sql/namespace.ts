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

/**
 * Where a table may be of whose name only the beginning is known: `known` parts, of `total` as written. `open`: the first part that is
 * not known is so throughout, and may be several (`sales.${t}` with `t` = "orders.items").
 */
export function roughTableResources(
  known: readonly string[],
  total: number,
  open: boolean,
  namespace: Namespace | null,
): readonly `table:${string}`[] {
  const all = known.map(plainPart)
  if (total === 3 && all.length > 0) return [`table:${all.join('.')}`]
  if (namespace === null || total > 3) return ['table:*']
  const here = [namespace.catalog, namespace.schema].map(plainPart)
  if (total === 2 && all.length === 1)
    return [`table:${here[0]!}.${all[0]!}`, ...(open ? ([`table:${all[0]!}`] as const) : [])]
  return total === 1 && !open ? [`table:${here.join('.')}`] : ['table:*']
}

function plainPart(part: string): string {
  const bare = /^`[^]*`$/.test(part) && part.length > 1 ? part.slice(1, -1).replaceAll('``', '`') : part
  return bare.toLowerCase()
}
