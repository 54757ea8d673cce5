import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import schema from './bundle-schema.json' with { type: 'json' }

/**
 * Something in a bundle that cannot be: where, as `resources.jobs.daily.tasks[0].max_retries`, and why, as a sentence.
 */
export interface Fault {
  readonly path: string
  readonly reason: string
}

let validate: ValidateFunction | undefined

/** What the official schema says against a bundle configuration. */
export function schemaFaults(configuration: unknown): Fault[] {
  validate ??= new Ajv2020({ strict: false, allErrors: true, logger: false }).compile(schema)
  if (validate(configuration) === true) return []
  return mostSpecific(validate.errors ?? [])
}

/**
 * Every object of the schema may also be a `${reference}`, so each fault comes with complaints about what it is not.
 * The deepest complaints are the ones that people mean.
 */
function mostSpecific(errors: readonly ErrorObject[]): Fault[] {
  const telling = errors.filter(({ keyword, params }) => {
    if (keyword === 'oneOf' || keyword === 'anyOf' || keyword === 'pattern') return false
    return !(keyword === 'type' && (params as { type?: unknown }).type === 'string')
  })
  const candidates =
    telling.length > 0 ? telling : errors.filter(({ keyword }) => keyword !== 'oneOf' && keyword !== 'anyOf')
  const deepest = candidates.filter(
    ({ instancePath }) => !candidates.some((other) => other.instancePath.startsWith(`${instancePath}/`)),
  )
  const faults = (deepest.length > 0 ? deepest : errors).map((error): Fault => ({
    path: pathOf(error),
    reason: reasonOf(error),
  }))
  return faults.filter(
    ({ path, reason }, index) => faults.findIndex((other) => other.path === path && other.reason === reason) === index,
  )
}

function pathOf({ instancePath }: ErrorObject): string {
  const parts = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return parts.map((part, index) => (/^\d+$/.test(part) ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

function reasonOf({ keyword, params, message }: ErrorObject): string {
  const told = params as Readonly<Record<string, unknown>>
  if (keyword === 'additionalProperties')
    return `The field \`${String(told['additionalProperty'])}\` is not known here.`
  if (keyword === 'required') return `The field \`${String(told['missingProperty'])}\` is missing.`
  if (keyword === 'type') return `It should be of type ${String(told['type'])}.`
  if (keyword === 'enum') return `It should be one of ${(told['allowedValues'] as unknown[]).map(String).join(', ')}.`
  return `It ${message ?? 'is not valid'}.`
}
