import { z } from 'zod'

const question = z.discriminatedUnion('what', [
  z.object({ op: z.literal('ask'), id: z.number(), what: z.literal('engine') }),
  z.object({ op: z.literal('ask'), id: z.number(), what: z.literal('place'), table: z.string(), write: z.boolean() }),
  z.object({ op: z.literal('ask'), id: z.number(), what: z.literal('tables') }),
  z.object({
    op: z.literal('ask'),
    id: z.number(),
    what: z.literal('rewrite'),
    sql: z.string(),
    namespace: z.object({ catalog: z.string(), schema: z.string() }),
    known: z.record(z.string(), z.object({ physical: z.string(), write: z.boolean() })),
    local: z.array(z.string()),
  }),
  z.object({
    op: z.literal('ask'),
    id: z.number(),
    what: z.literal('notebook'),
    path: z.string(),
    timeout: z.number(),
    arguments: z.record(z.string(), z.string()),
  }),
  z.object({ op: z.literal('ask'), id: z.number(), what: z.literal('taskValue'), task: z.string(), key: z.string() }),
])
export type Question = z.infer<typeof question>

/** What a worker says, as the headers of its frames. Bodies are raw text (`stdout`) or JSON (the others). */
export const message = z.discriminatedUnion('op', [
  z.object({ op: z.literal('ready'), pid: z.number(), version: z.string() }),
  z.object({ op: z.literal('stdout'), run: z.string(), stream: z.enum(['stdout', 'stderr']) }),
  z.object({ op: z.literal('output'), run: z.string() }),
  z.object({ op: z.literal('taskValue'), run: z.string(), key: z.string() }),
  z.object({ op: z.literal('outcome'), run: z.string() }),
  question,
])

export const output = z.object({ data: z.record(z.string(), z.unknown()) })

const named = z.object({ name: z.string() })
const frame = z.object({
  file: z.string(),
  line: z.number(),
  function: z.string(),
  text: z.string(),
  own: z.boolean(),
})

/** A RunOutcome. */
export const outcome = z.object({
  state: z.enum(['ok', 'failed', 'interrupted', 'exited', 'spoiled']),
  text: z.string(),
  error: z
    .object({ name: z.string(), message: z.string(), line: z.number().nullable(), traceback: z.array(frame) })
    .nullable(),
  exit: z.string().nullable(),
  writes: z.array(named.extend({ digest: z.string() })),
  deletes: z.array(z.string()),
  reads: z.array(z.string()),
  shares: z.array(named.extend({ with: z.array(z.string()) })),
  modules: z.array(z.string()).optional(),
  settings: z.array(z.string()).optional(),
  views: z.array(named.extend({ dropped: z.boolean() })),
  tables: z.array(named.extend({ written: z.boolean(), location: z.string().nullable() })),
  parameters: z.array(named.extend({ value: z.string() })),
  spoiled: z.array(z.string()),
})
