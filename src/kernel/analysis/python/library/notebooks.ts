import type { Effect } from '../../effect.ts'
import type { ParseNode } from '../nodes.ts'
import type { Run } from '../run.ts'
import { texts, type Value } from '../value.ts'

/** Notes a call of another notebook as a task of its own: whatever it does to tables and files happens here. */
export function noteNotebook(run: Run, path: Value | undefined, at: ParseNode): void {
  const paths = texts(path)
  for (const each of paths ?? ['*']) {
    run.emit('update', `notebook:${each}`, at)
    const { effects, needs } = paths === null ? { effects: null, needs: [] } : run.outsideEffects(each)
    for (const need of needs) run.needs.add(need)
    if (effects === null) {
      const name = paths === null ? 'The notebook that is called here is' : `What the notebook ${each} does is`
      run.find(
        'unresolved-notebook',
        'warning',
        at,
        `${name} not known from the text, so this cell keeps its place among all cells with tables and files.`,
      )
      unknownEffects.forEach(({ mode, resource }) => run.emit(mode, resource, at))
    } else run.emitAll(effects, at)
  }
}

const unknownEffects: readonly Pick<Effect, 'mode' | 'resource'>[] = [
  { mode: 'update', resource: 'table:*' },
  { mode: 'update', resource: 'path:*' },
]
