import { bindTo } from './closures.ts'
import type { ParseNode } from './nodes.ts'
import type { Run } from './run.ts'
import type { Value } from './value.ts'

// Methods that the notebook puts into classes of libraries: `pandas.DataFrame.shout = …`.

/** Notes that something of a library has a new attribute. */
export function notePatch(run: Run, library: string, name: string, value: Value): void {
  run.state.set(patchKey(name), { ...value, library: [...value.library, library] })
  run.state.set(changedKey(library.split('.')[0]!), value)
}

/** What was put under this name into a library, if `base` may be a thing of that library; undefined: nothing. */
export function patchOf(run: Run, base: Value, name: string, at: ParseNode): Value | undefined {
  const patch = run.state.get(patchKey(name))?.value
  if (patch === undefined || !base.objects.some(({ kind }) => kind === 'value' || kind === 'stateful')) return undefined
  for (const library of patch.library) run.changeLibrary(library.split('.')[0]!, at, 'read')
  return { ...patch, library: [], objects: patch.objects.map((object) => bindTo(object, base)) }
}

function patchKey(name: string): string {
  return `#patch.${name}`
}

/** The variable whose presence says that a library was changed. */
export function changedKey(root: string): string {
  return `#changed.${root}`
}
