import { resourceName, type CellAnalysis } from './effect.ts'

/** The first name or table that a cell defines; imported modules do not tell what it is about, unless there is nothing else. */
export function definedBy({ effects, statements }: CellAnalysis): string | null {
  const written = effects.filter(
    ({ mode, resource, maybe }) =>
      mode !== 'read' && !maybe && /^(name|table|view):[^*]/.test(resource) && resource !== 'name:_sqldf',
  )
  if (written.length < 2) return written[0] === undefined ? null : resourceName(written[0].resource)
  const setup = new Set(
    statements
      .filter((statement) => statement.setup)
      .flatMap((statement) => statement.effects.map(({ resource }) => resource)),
  )
  return resourceName((written.find(({ resource }) => !setup.has(resource)) ?? written[0]!).resource)
}
