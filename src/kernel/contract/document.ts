import { z } from 'zod'

/** A cell's identity while its notebook is open. */
export const CellId = z.string().min(1).max(64)
export const DocumentId = z.string().min(1).max(64)

export const CellKind = z.enum(['python', 'sql', 'markdown', 'run', 'pip', 'sh', 'fs', 'scala', 'r', 'magic', 'raw'])

/** The states of a cell; each has a word and an icon in the page. */
export const CellState = z.enum([
  'fresh',
  'stale',
  'queued',
  'running',
  'failed',
  'blocked',
  'waiting',
  'skipped',
  'cancelled',
  'disabled',
])

/** A half-open range of UTF-16 offsets in a cell's own source. */
export const Span = z.object({ start: z.number().int(), end: z.number().int() })

/** One exception frame; `cell` where it is code of the notebook. Lines count from 1. */
export const ErrorFrame = z.object({
  file: z.string(),
  line: z.number().int(),
  function: z.string(),
  text: z.string(),
  cell: CellId.nullable(),
})

/** Why a cell failed: the message first, the traceback for whoever unfolds it. */
export const RunErrorView = z.object({
  name: z.string(),
  message: z.string(),
  line: z.number().int().nullable(),
  traceback: z.array(ErrorFrame),
})

/** Something under a cell, in the order in which it came. `data` is a MIME bundle. */
export const OutputItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stream'), stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({ type: z.literal('display'), data: z.record(z.string(), z.unknown()) }),
])

/** `application/vnd.dagbook.table+json`: a table by pages, each an Arrow IPC stream at `/results/<file>?from=<byte>&to=<byte>`; `pages` has the bytes where they begin and the end of the last. */
export const TableView = z.object({
  file: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.number().int(),
  more: z.boolean(),
  pages: z.array(z.number().int()),
  pageRows: z.number().int(),
})

/** How a cell stands: its state, its last run, and what keeps it waiting. */
export const RunView = z.object({
  state: CellState,
  /** Milliseconds of the last run, null before the first. */
  ms: z.number().nullable(),
  /** When the last run ended, ISO 8601. */
  finished: z.string().nullable(),
  error: RunErrorView.nullable(),
  /** For `blocked`, `waiting` and `skipped`: the cells to look at. */
  because: z.array(CellId),
})

/** A resource that a cell reads or writes, as a chip: where it leads, if to a cell. */
export const Chip = z.object({ resource: z.string(), label: z.string(), cell: CellId.nullable() })

export const CellView = z.object({
  id: CellId,
  key: z.string(),
  kind: CellKind,
  title: z.string().nullable(),
  source: z.string(),
  /** When it runs: `auto` after what it depends on, `manual` only when asked, `off` never, `not-in-job` not in production. */
  mode: z.enum(['auto', 'manual', 'off', 'not-in-job']),
  /** Why it is manual, for people; null if it is not, or if its note says so. */
  modeReason: z.string().nullable(),
  reads: z.array(Chip),
  writes: z.array(Chip),
  run: RunView,
  outputs: z.array(OutputItem),
})

export const ReasonView = z.object({
  kind: z.enum(['value', 'table', 'view', 'path', 'session', 'param', 'module', 'notebook', 'control', 'after']),
  resource: z.string(),
  order: z.enum(['read-after-write', 'write-after-read', 'write-after-write']),
  from: Span,
  to: Span,
})

export const EdgeView = z.object({ from: CellId, to: CellId, reasons: z.array(ReasonView) })

export const DiagnosticView = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  cell: CellId,
  line: z.number().int(),
  where: Span,
  message: z.string(),
  /** There may be a quick fix: `diagnostic/fixes` tells. */
  fixable: z.boolean().optional(),
})

export const ParameterView = z.object({
  name: z.string(),
  label: z.string().nullable(),
  widget: z.enum(['text', 'dropdown', 'combobox', 'multiselect']),
  choices: z.array(z.string()),
  default: z.string(),
  /** The value in this session; equals `default` unless someone set it. */
  value: z.string(),
})

/** An open notebook, whole. */
export const DocumentView = z.object({
  doc: DocumentId,
  path: z.string(),
  name: z.string(),
  language: z.enum(['python', 'sql', 'scala', 'r']),
  /** Counts accepted edits; an edit names the revision that it was made on. */
  rev: z.number().int(),
  dirty: z.boolean(),
  /** When the unsaved edits were made that an earlier kernel left behind and that are back now (ISO 8601); absent: none were. */
  recovered: z.string().optional(),
  /** The file was changed outside since it was read, and there are edits: saving is refused unless it overwrites. */
  outside: z.boolean().optional(),
  cells: z.array(CellView),
  edges: z.array(EdgeView),
  diagnostics: z.array(DiagnosticView),
  parameters: z.array(ParameterView),
})

/** What changed in an open notebook. Absent: as before. `cells` holds new and changed cells only; `order` is all ids. */
export const DocumentPatch = z.object({
  doc: DocumentId,
  rev: z.number().int(),
  dirty: z.boolean().optional(),
  outside: z.boolean().optional(),
  path: z.string().optional(),
  order: z.array(CellId).optional(),
  cells: z.array(CellView.omit({ run: true, outputs: true })).optional(),
  edges: z.array(EdgeView).optional(),
  diagnostics: z.array(DiagnosticView).optional(),
  parameters: z.array(ParameterView).optional(),
})

/** Runs that moved on. `cleared`: the old outputs go, because the new run has begun to speak or has ended. */
export const RunPatch = z.object({
  doc: DocumentId,
  cells: z.array(
    z.object({
      id: CellId,
      run: RunView.optional(),
      cleared: z.boolean().optional(),
      outputs: z.array(OutputItem).optional(),
    }),
  ),
})

/** An edit of a notebook. New cells get their ids from whoever makes them, so that an edit can be shown at once. */
export const Edit = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('change'),
    cell: CellId,
    source: z.string().optional(),
    kind: CellKind.optional(),
    title: z.string().nullable().optional(),
  }),
  z.object({
    op: z.literal('insert'),
    cell: CellId,
    after: CellId.nullable(),
    kind: CellKind,
    title: z.string().nullable(),
    source: z.string(),
  }),
  z.object({ op: z.literal('delete'), cell: CellId }),
  z.object({ op: z.literal('move'), cell: CellId, after: CellId.nullable() }),
])

/** A change that mends a remark. Its edits apply in order, all or none. */
export const FixView = z.object({ title: z.string(), edits: z.array(Edit) })

export type CellState = z.infer<typeof CellState>
export type CellView = z.infer<typeof CellView>
export type Chip = z.infer<typeof Chip>
export type DiagnosticView = z.infer<typeof DiagnosticView>
export type DocumentPatch = z.infer<typeof DocumentPatch>
export type DocumentView = z.infer<typeof DocumentView>
export type Edit = z.infer<typeof Edit>
export type EdgeView = z.infer<typeof EdgeView>
export type FixView = z.infer<typeof FixView>
export type OutputItem = z.infer<typeof OutputItem>
export type ParameterView = z.infer<typeof ParameterView>
export type ReasonView = z.infer<typeof ReasonView>
export type RunErrorView = z.infer<typeof RunErrorView>
export type RunPatch = z.infer<typeof RunPatch>
export type RunView = z.infer<typeof RunView>
export type TableView = z.infer<typeof TableView>
