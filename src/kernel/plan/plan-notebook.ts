import {
  defaultNamespace,
  findNotebook,
  folderOf,
  resourceKind,
  resourceName,
  runTarget,
  type AnalysisContext,
} from '../analysis/index.ts'
import { Aliases, type NameVersion } from './sharing.ts'
import { readClients } from './clients.ts'
import { materialOf, type Draft, type Material } from './drafts.ts'
import { arrange, type Arrangement } from './arrange.ts'
import { placeFunctions } from './functions.ts'
import { fuseWhatBelongsTogether } from './fuse.ts'
import { Groups } from './groups.ts'
import { notesOf } from './notes.ts'
import type { PlanCell, PlanInput } from './input.ts'
import { taskKeys } from './keys.ts'
import { markLibraryState } from './library-state.ts'
import { projectFiles } from './modules.ts'
import { cutPieces } from './pieces.ts'
import type { Handover, Plan, Task } from './plan.ts'
import { refusalsOf, withoutRepeats } from './refusals.ts'
import { seatRiders } from './riders.ts'
import { assignRoles } from './roles.ts'
import { bindUnits, cutIntoUnits } from './units.ts'

/**
 * Turns a notebook into tasks. Pure and deterministic: it depends on the notebook's text alone. A plan with `refused`
 * entries is for looking at; it must not be exported.
 */
export function planNotebook(input: PlanInput): Plan {
  const { cells, graph } = input
  const material = understand(cells, included(input))
  const refused = refusalsOf(cells, graph, material, material.roles)
  const working = new Groups()
  for (const [cell, units] of material.ofCell) {
    if (units.some((at) => material.roles[at] === 'work')) working.add(cell)
  }
  fuseWhatBelongsTogether(working, cells, material)
  const { groups, arrangement } = seatRiders(working, material, (tried, riders) =>
    arrange(tried, riders, material, graph, cells),
  )
  const keys = taskKeys(arrangement.drafts, cells)
  refused.push(...groups.refused, ...keys.refused)
  return {
    name: input.name,
    tasks: makeTasks(arrangement, keys.keys, groups, cells, material),
    parameters: graph.parameters.map(({ name, default: value }) => ({ name, default: value })),
    ...files(input, arrangement.drafts, material),
    refused: withoutRepeats(refused),
    notes: notesOf(cells, material),
  }
}

function understand(cells: readonly PlanCell[], code: (source: string) => string): Material {
  const units = placeFunctions(markLibraryState(readClients(cutIntoUnits(cells, code))))
  const aliases = new Aliases(bindUnits(units).units)
  const bound = bindUnits(units, aliases.effects)
  const roles = assignRoles(bound.units, cells, new Set(aliases.effects.keys()))
  return materialOf(bound, roles, aliases)
}

/** The Python code of the notebook that a `%run` names, and of those that this one runs. */
function included({ files, path }: PlanInput): (source: string) => string {
  const folder = folderOf(path ?? '')
  const context = { namespace: defaultNamespace, files: (file: string) => files.get(file) ?? null, folder }
  const read = (source: string, from: AnalysisContext): string => {
    const found = findNotebook(runTarget(source), from)
    if (!('notebook' in found)) return ''
    const texts = found.notebook.cells.map(({ kind, source: text }) =>
      kind === 'python' ? text : kind === 'run' ? read(text, found.context) : '',
    )
    return texts.join('\n')
  }
  return (source) => read(source, context)
}

function makeTasks(
  { drafts, after }: Arrangement,
  keys: readonly string[],
  groups: Groups,
  cells: readonly PlanCell[],
  material: Material,
): Task[] {
  const owner = new Map(drafts.flatMap((draft, index) => [...draft.own].map((at) => [at, index] as const)))
  const gives = drafts.map(() => new Map<number, NameVersion[]>())
  const incoming = drafts.map((draft) =>
    draft.takes.flatMap(({ name, from }): Handover['in'][number][] => {
      const giver = owner.get(from)
      if (giver === undefined) return []
      const { cell } = material.units[from]!
      const given = gives[giver]!.get(cell) ?? []
      if (!given.some((each) => each.name === name)) gives[giver]!.set(cell, [...given, { name, from }])
      return [{ name, from: keys[giver]!, cell: cells[cell]!.key }]
    }),
  )
  return drafts.map((draft, index): Task => {
    const given = gives[index]!
    const out = draft.cells.flatMap((cell) => (given.get(cell) ?? []).map(({ name }) => name).sort())
    return {
      key: keys[index]!,
      pieces: cutPieces(draft, given, cells, material),
      dependsOn: followed(index, after).map((each) => keys[each]!),
      handover: { in: incoming[index]!, out: [...new Set(out)] },
      description: describe(draft, groups, cells),
      why: why(draft, groups, cells, material),
    }
  })
}

/** What a task depends on: whoever passes values to it, and of the rest those that are not implied. */
function followed(index: number, after: Arrangement['after']): number[] {
  const direct = [...after[index]!].sort(([a], [b]) => a - b)
  const implied = new Set<number>()
  const walk = (each: number): void => {
    for (const next of after[each]!.keys()) {
      if (implied.has(next)) continue
      implied.add(next)
      walk(next)
    }
  }
  for (const [each] of direct) walk(each)
  return direct.filter(([each, { values }]) => values || !implied.has(each)).map(([each]) => each)
}

/** The Markdown above the task's own cells. */
function describe(draft: Draft, groups: Groups, cells: readonly PlanCell[]): string {
  const texts: string[] = []
  for (const cell of draft.cells) {
    let above = cell - 1
    while (above >= 0 && !groups.has(above)) above--
    for (const each of cells.slice(above + 1, cell)) if (each.kind === 'markdown') texts.push(each.source.trim())
  }
  return texts.join('\n\n')
}

function why(
  { cells, riders, units, own }: Draft,
  groups: Groups,
  all: readonly PlanCell[],
  material: Material,
): string {
  const list = (found: Iterable<number>) => [...new Set(found)].map((cell) => `\`${all[cell]!.key}\``).join(', ')
  const repeated = units
    .map((at) => material.units[at]!)
    .filter(({ at, library }) => library === 'sets' && !own.has(at))
  const shown = list(riders)
  const set = list(repeated.map(({ cell }) => cell))
  const repeats = set === '' ? '' : ` It repeats what ${set} ${set.includes(',') ? 'set' : 'sets'} for libraries.`
  const also = (shown === '' ? '' : ` It also shows ${shown}.`) + repeats
  if (cells.length === 1) return `One cell that does work.${also}`
  return `Fused: ${groups.whys(cells[0]!).join('; ')}.${also}`
}

function files(
  { files: project, path }: PlanInput,
  drafts: readonly Draft[],
  material: Material,
): Pick<Plan, 'modules' | 'data'> {
  const effects = [...new Set(drafts.flatMap((draft) => draft.units))].flatMap((at) => material.units[at]!.effects)
  const written = new Set(effects.filter(({ mode }) => mode !== 'read').map(({ resource }) => resource))
  const read = effects
    .filter(({ resource }) => resourceKind(resource) === 'path' && !written.has(resource))
    .map(({ resource }) => resourceName(resource))
    .filter((name) => name !== '*' && !/^(\/|~|[a-z0-9]+:)/i.test(name))
  const folder = folderOf(path ?? '')
  return {
    modules: projectFiles([...new Set(effects.map(({ resource }) => resource))], project, folder),
    data: [...new Set(read)].sort(),
  }
}
