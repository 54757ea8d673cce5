import { z } from 'zod'

// What commands print with `--json`: more fields are welcome, these stay.

const diagnostic = z.object({
  code: z.string().min(1),
  severity: z.enum(['error', 'warning', 'info']),
  cell: z.string(),
  line: z.int().min(1),
  message: z.string().min(1),
})

export const graphShape = z.object({
  cells: z.array(
    z.object({
      key: z.string().min(1),
      index: z.int().min(0),
      kind: z.string().min(1),
      title: z.string().nullable(),
    }),
  ),
  edges: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      reasons: z
        .array(
          z.object({
            kind: z.enum([
              'value',
              'table',
              'view',
              'path',
              'session',
              'param',
              'module',
              'notebook',
              'control',
              'after',
            ]),
            resource: z.string(),
            order: z.enum(['read-after-write', 'write-after-read', 'write-after-write']),
          }),
        )
        .min(1),
    }),
  ),
  diagnostics: z.array(diagnostic),
})

export const runShape = z.object({
  cells: z.array(
    z.object({
      key: z.string().min(1),
      state: z.enum(['fresh', 'failed', 'blocked', 'waiting', 'skipped', 'disabled']),
      ms: z.number().min(0),
      stdout: z.string(),
      text: z.string(),
      error: z.object({ name: z.string().min(1), message: z.string(), line: z.int().min(1).nullable() }).nullable(),
    }),
  ),
})

export const checkShape = z.object({
  diagnostics: z.array(diagnostic.extend({ path: z.string().min(1), file_line: z.int().min(1) })),
})

export const planShape = z.object({
  tasks: z.array(
    z.object({
      key: z.string().regex(/^[\w-]{1,100}$/),
      cells: z.array(z.string()),
      depends_on: z.array(z.string()),
      handover: z.object({
        in: z.array(z.object({ name: z.string(), from: z.string() })),
        out: z.array(z.string()),
      }),
      why: z.string().min(1),
    }),
  ),
})

const runStates = ['SUCCESS', 'SUCCESS_WITH_FAILURES', 'FAILED', 'TIMEDOUT', 'CANCELED'] as const

export const jobShape = z.object({
  run: z.string().min(1),
  state: z.enum(runStates),
  ms: z.number().min(0),
  tasks: z.array(
    z.object({
      key: z.string().min(1),
      state: z.enum([...runStates, 'UPSTREAM_FAILED', 'UPSTREAM_CANCELED', 'SKIPPED', 'EXCLUDED', 'DISABLED']),
      attempts: z.int().min(0),
      ms: z.number().min(0),
      error: z
        .object({
          name: z.string().min(1),
          message: z.string(),
          cell: z.string().nullable(),
          line: z.int().min(1).nullable(),
        })
        .nullable(),
    }),
  ),
})
