import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { Problem } from '../problem/index.ts'

/** Anything that YAML can say. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value }
export type Mapping = Readonly<Record<string, Value>>

const value: z.ZodType<Value> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(value), z.record(z.string(), value)]),
)
const Settings = z
  .object({
    tasks: z.array(z.object({ task_key: z.string() }).catchall(value)).optional(),
    parameters: z.array(z.object({ name: z.string() }).catchall(value)).optional(),
    targets: z.record(z.string(), z.record(z.string(), value).nullable()).optional(),
  })
  .catchall(value)

/** `<notebook>.dagbook.yml`: a partial job in the bundle's own vocabulary, and overrides per target. */
export type Settings = z.infer<typeof Settings>

/** Reads a settings file. Throws `DB-1102` with the line where the text is not YAML or not such settings. */
export function readSettings(text: string, path: string): Settings {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const error = document.errors[0]
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0])
    throw new Problem('DB-1102', `The settings are not YAML: ${error.message}.`, { path, line })
  }
  const parsed = Settings.safeParse(document.toJS() ?? {})
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const place = issue.path.map(String).join('.') || 'The file'
  throw new Problem('DB-1102', `\`${place}\` is not as it should be: ${issue.message}.`, { path })
}

export function isMapping(value: Value | undefined): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `over` laid onto `base`: mappings merge by key, everything else is replaced. */
export function merge(base: Mapping, over: Mapping): Mapping {
  const merged: Record<string, Value> = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key]
    merged[key] = isMapping(old) && isMapping(value) ? merge(old, value) : value
  }
  return merged
}
