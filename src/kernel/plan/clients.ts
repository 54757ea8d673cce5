import { calledAtLast, rightSide } from './expression.ts'
import type { Unit } from './units.ts'

/** Clients without state of their own: opening another one is as good. */
const calls = /^([\w.]+\.)?(create_engine|WorkspaceClient|BlobServiceClient|boto3\.client|boto3\.resource)$/

export function opensClient({ text }: Unit): boolean {
  const right = rightSide(text)
  return (
    calls.test(calledAtLast(right)) || /^[\w.]*(SparkSession|DatabricksSession)\.[^\n]*\.getOrCreate\(\)$/.test(right)
  )
}

/** The units with what they do to clients as reads: for all analysis knows, calling a method changes an object. */
export function readClients(units: readonly Unit[]): Unit[] {
  const clients = new Set<string>()
  return units.map((unit) => {
    const { analysis } = unit
    const effects = analysis.effects.map((effect) =>
      effect.mode === 'update' && clients.has(effect.resource) ? { ...effect, mode: 'read' as const } : effect,
    )
    for (const { mode, resource } of analysis.effects) {
      if (mode === 'write' && opensClient(unit)) clients.add(resource)
      else if (mode === 'write') clients.delete(resource)
    }
    return { ...unit, analysis: { ...analysis, effects } }
  })
}
