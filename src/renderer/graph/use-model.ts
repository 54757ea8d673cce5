import { useEffect, useMemo, useState } from 'react'
import { usePage, type Notebook, type PageState } from '../state/index.ts'
import { looksSame } from './looks-same.ts'
import { cellGraph, taskGraph, type GraphModel } from './model.ts'
import { usePlan } from './use-plan.ts'

export type Face = 'cells' | 'tasks'

/** The graph that the notebook is now, of its cells or of the tasks of its job. `waiting`: the job is still being planned. */
export function useModel(face: Face): { model: GraphModel; waiting: boolean } {
  const notebook = useDrawnNotebook()
  const { plan } = usePlan(face === 'tasks')
  const model = useMemo(() => {
    const { order, cells } = notebook
    if (face === 'cells') return cellGraph(notebook)
    const byKey = new Map(order.map((id) => [cells[id]!.key, id]))
    return taskGraph(plan?.tasks ?? [], (key) => byKey.get(key) ?? (key in cells ? key : null))
  }, [face, notebook, plan])
  return { model, waiting: face === 'tasks' && plan === null }
}

const typingPause = 150

/** The notebook as far as it is drawn, once typing has paused: no key has to wait for the graph. Another notebook comes at once. */
function useDrawnNotebook(): Notebook {
  const [select] = useState(selectDrawn)
  const now = usePage(select)
  const [settled, setSettled] = useState(now)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(now), typingPause)
    return () => clearTimeout(timer)
  }, [now])
  return settled.doc === now.doc ? settled : now
}

/** Selects the notebook; the one from before as long as both look the same in the graph. */
function selectDrawn(): (page: PageState) => Notebook {
  let latest: Notebook | null = null
  let drawn: Notebook | null = null
  return ({ notebook }) => {
    // Compared with the latest, which looks as what is drawn does: most parts of the two are the same objects.
    if (latest === null || notebook === null || !looksSame(latest, notebook)) drawn = notebook
    latest = notebook
    return drawn!
  }
}
