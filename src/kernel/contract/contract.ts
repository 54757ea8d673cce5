import { z } from 'zod'
import { AppView, ExportView } from './app.ts'
import { CellId, DocumentId, DocumentPatch, DocumentView, Edit, FixView, RunPatch, Span } from './document.ts'

const doc = DocumentId
const none = z.object({})

/** What a page may ask of the kernel: parsed on the kernel's side, answered or refused with a Problem. */
export const requests = {
  'app/open': { params: none, result: AppView },
  'document/open': { params: z.object({ path: z.string() }), result: DocumentView },
  'document/create': { params: z.object({ path: z.string() }), result: DocumentView },
  /** Edits apply in order, all or none. Refused (`stale-edit`) unless `rev` is the document's revision. */
  'document/edit': {
    params: z.object({ doc, rev: z.number().int(), edits: z.array(Edit) }),
    result: z.object({ rev: z.number().int() }),
  },
  /** `overwrite`: although the file changed on disk since it was read. */
  'document/save': { params: z.object({ doc, overwrite: z.boolean().default(false) }), result: none },
  /** Throws the edits away and reads the file anew. Cells that are in both keep their identity and their runs. */
  'document/reload': { params: z.object({ doc }), result: DocumentView },
  /** The notebook as it is here and as its file is now, as texts; `file` null: there is none. */
  'document/compare': {
    params: z.object({ doc }),
    result: z.object({ mine: z.string(), file: z.string().nullable() }),
  },
  /** Writes the notebook, as it stands here, in the other format beside its file; `left` says what is not carried over. */
  'document/convert': { params: z.object({ doc }), result: z.object({ path: z.string(), left: z.array(z.string()) }) },
  /** What a remark means, and the changes that would mend it, best first. They are made by `document/edit`, like any other edit. */
  'diagnostic/fixes': {
    params: z.object({ doc, cell: CellId, code: z.string(), where: Span, message: z.string() }),
    result: z.object({ title: z.string(), explanation: z.string(), fixes: z.array(FixView) }),
  },
  /** Stale ancestors first, then these cells, then their dependents that are auto. Returns when they are queued. */
  'run/cells': { params: z.object({ doc, cells: z.array(CellId) }), result: none },
  /** Everything that is not fresh, manual cells too. */
  'run/all': { params: z.object({ doc }), result: none },
  'run/interrupt': { params: z.object({ doc }), result: none },
  /** A new Python process: every cell is stale again. */
  'session/restart': { params: z.object({ doc }), result: none },
  'parameter/set': { params: z.object({ doc, name: z.string(), value: z.string() }), result: none },
  'export/preview': { params: z.object({ doc }), result: ExportView },
  'export/write': {
    params: z.object({ doc, files: z.array(z.string()) }),
    result: z.object({ written: z.array(z.string()) }),
  },
  'drafts/save': { params: none, result: z.object({ tables: z.array(z.string()) }) },
  'drafts/discard': { params: none, result: none },
} as const

/** What the kernel tells every page that is connected. */
export const notifications = {
  'app/changed': AppView,
  'document/changed': DocumentPatch,
  'run/changed': RunPatch,
} as const

/** How a refusal travels: JSON-RPC error data. */
export const Refusal = z.object({
  code: z.string(),
  what: z.string(),
  todo: z.string(),
  place: z.object({ path: z.string().optional(), line: z.number().optional(), cell: z.string().optional() }),
})

export type Requests = typeof requests
export type Method = keyof Requests
export type Params<M extends Method> = z.input<Requests[M]['params']>
export type Result<M extends Method> = z.output<Requests[M]['result']>
export type Notifications = typeof notifications
export type Topic = keyof Notifications
export type News<T extends Topic> = z.output<Notifications[T]>
export type Refusal = z.infer<typeof Refusal>

/** The kernel, as a page sees it. */
export interface Kernel {
  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>
  on<T extends Topic>(topic: T, listener: (news: News<T>) => void): () => void
}
