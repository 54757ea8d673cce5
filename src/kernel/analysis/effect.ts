import type { Fix } from './fix.ts'

/** A half-open range of UTF-16 offsets in a cell's own source. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** `write` replaces whatever was there, `update` reads and writes. */
export type Mode = 'read' | 'write' | 'update'

/**
 * What a cell touches, as text: `name:x`, `table:main.sales.orders`, `view:v`, `path:/Volumes/…`, `param:p`, `session:…`,
 * `module:utils.cleaning`, `notebook:./x`. What analysis cannot name is `name:*`, `table:*`, `path:*`.
 */
export type Resource = `${ResourceKind}:${string}`
export type ResourceKind = 'name' | 'table' | 'view' | 'path' | 'session' | 'param' | 'module' | 'notebook'

/** One thing that a cell does to the world around it. */
export interface Effect {
  readonly mode: Mode
  readonly resource: Resource
  /** The code that does it, so that every edge can say why it exists. */
  readonly where: Span
  /** For a table named without schema: the temp view (lower case) that hides it where one of that name is defined above. */
  readonly view?: string
  /**
   * Of an update of a name: it is only bound on some ways through the cell (`if c: x = 1`), so the version from above may pass
   * through. It needs that version only where somebody below reads the result, and there may be none.
   */
  readonly maybe?: boolean
  /** Of a read or an update of a name: the code copes with there being no such name (`try: x`, `except NameError: …`). */
  readonly optional?: boolean
  /** Of a temp view: it is dropped, so from here on its name means the table again. */
  readonly drops?: boolean
  /** Of a schema or catalog: whether it is there, and not the tables in it. */
  readonly shallow?: boolean
  /** Of `table:*`: what is known of the table's name, which is all but the values of parameters (`${catalog}.sales.orders`). */
  readonly like?: string
  /** Of a read of a name: what its value brings along (`Carried`) was found and is already among the effects beside this one. */
  readonly expanded?: boolean
}

/**
 * Effects that travel with a value and happen where it is used: what a function does when it is called, what a lazy frame reads
 * when it is collected, the tables behind a temp view. `of` is a `name:` or a `view:` that this cell writes or updates.
 */
export interface Carried {
  readonly of: Resource
  readonly effects: readonly Effect[]
  /** The effects are reads of a frame that was asked for here and is computed later: a write in between is a trap. */
  readonly lazy?: boolean
}

/** A remark on the text of a cell. */
export interface Finding {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly where: Span
  readonly message: string
  readonly resource?: Resource
  /** Changes that would mend it, where whoever found it knows them. */
  readonly fixes?: readonly Fix[]
}

/** A widget that a cell declares: a parameter of the notebook and of the job. */
export interface Parameter {
  readonly name: string
  readonly default: string
  readonly label: string | null
  readonly widget: 'text' | 'dropdown' | 'combobox' | 'multiselect'
  readonly choices: readonly string[]
  readonly where: Span
}

/** A note to Dagbook (`# dagbook: …`) at the top of a cell, parsed. */
export interface Pragma {
  readonly run?: 'auto' | 'manual' | 'off' | 'not-in-job'
  readonly task?: string
  /** The name that a SQL cell's frame gets besides `_sqldf`. */
  readonly as?: string
  /** Keys or titles' slugs of cells that this one must follow. */
  readonly after: readonly string[]
  readonly effects: readonly Effect[]
}

/** A top-level statement, so that a mixed cell can be cut into setup and work. */
export interface Statement {
  readonly span: Span
  readonly effects: readonly Effect[]
  readonly carried: readonly Carried[]
  /** Imports, definitions, literal constants, session settings: repeated in each task that needs it, never passed on. */
  readonly setup: boolean
  /** Only shows something (`display(df)`, a bare last expression): its failure must not fail a task. */
  readonly display: boolean
}

/** All that the text of one cell says. Plain data, made from that text alone. */
export interface CellAnalysis {
  /** What the cell as a whole does, in text order: a name read after its own definition is not an effect. */
  readonly effects: readonly Effect[]
  readonly carried: readonly Carried[]
  readonly statements: readonly Statement[]
  readonly parameters: readonly Parameter[]
  readonly pragma: Pragma
  readonly findings: readonly Finding[]
  /** It may end the notebook (`dbutils.notebook.exit`, `sys.exit`). */
  readonly leaves: boolean
  /** It cannot be parsed: it has no effects, and cannot run. */
  readonly broken: boolean
  /** The code without comments, blank lines and formatting: equal text means equal meaning. */
  readonly normalized: string
  /** Project files (relative paths with extension, such as `utils/cleaning.py`) that the analysis would like to read and was not given. */
  readonly needs: readonly string[]
}

/** What an effect does, as text: two effects of the same key differ in their place only. */
export function effectKey({ mode, resource, view, maybe, optional, drops, shallow, like }: Effect): string {
  const flags = `${maybe ? '?' : ''}${optional ? '~' : ''}${drops ? '-' : ''}${shallow ? '^' : ''}`
  return `${mode} ${resource} ${view ?? ''} ${flags}${like ?? ''}`
}

/** The kind of a resource. */
export function resourceKind(resource: Resource): ResourceKind {
  return resource.slice(0, resource.indexOf(':')) as ResourceKind
}

/** What follows the kind: `main.sales.orders` of `table:main.sales.orders`. */
export function resourceName(resource: Resource): string {
  return resource.slice(resource.indexOf(':') + 1)
}

/** Whether a resource is one table, and not all tables, a schema or a catalog. */
export function isOneTable(resource: Resource): boolean {
  return resourceKind(resource) === 'table' && resourceName(resource).split('.').length >= 3
}
