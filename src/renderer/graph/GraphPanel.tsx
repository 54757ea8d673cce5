import { List, PanelRightClose, Search, Spline, Sparkles, Workflow } from 'lucide-react'
import { ReactFlowProvider } from '@xyflow/react'
import { useEffect, useMemo, useState } from 'react'
import { Tip } from '../page/Tip.tsx'
import { revealCell, usePage, useSession } from '../state/index.ts'
import { EdgeReasons } from './EdgeReasons.tsx'
import { FlowCanvas } from './FlowCanvas.tsx'
import { GraphList } from './GraphList.tsx'
import { createLight, LightContext } from './light.ts'
import { edgeId, type GraphModel } from './model.ts'
import { useCones } from './use-cones.ts'
import { useModel, type Face } from './use-model.ts'
import './graph.css'

/** The notebook as a graph, of its cells or of the tasks of its job; as a picture or as a list. */
export function GraphPanel() {
  const { store } = useSession()
  const [light] = useState(createLight)
  const [face, setFace] = useState<Face>('cells')
  const [asList, setAsList] = useState(false)
  const [all, setAll] = useState(false)
  const [tidy, setTidy] = useState(0)
  const [search, setSearch] = useState('')
  const [pinned, setPinned] = useState<string | null>(null)
  const [hovered, setHovered] = useState<string | null>(null)
  const doc = usePage((page) => page.notebook!.doc)
  const { model, waiting } = useModel(face)
  useCones(light, model)

  const found = useMemo(() => matches(model, search), [model, search])
  useEffect(() => light.setState({ found }), [light, found])
  const shown = pinned ?? hovered
  useEffect(() => light.setState({ edge: shown }), [light, shown])

  const next = () => {
    const list = model.nodes.filter((node) => found.has(node.id))
    const at = list.findIndex((node) => node.cells.includes(store.getState().selected ?? ''))
    const cell = list[(at + 1) % list.length]?.cells[0]
    if (cell !== undefined) revealCell(store, cell)
  }
  return (
    <LightContext value={light}>
      <section className="graph" aria-label="Graph">
        <div className="graph-bar">
          <div className="segments" role="radiogroup" aria-label="Show">
            {(['cells', 'tasks'] as const).map((one) => (
              <button key={one} role="radio" aria-checked={face === one} onClick={() => setFace(one)}>
                {one === 'cells' ? 'Cells' : 'Tasks'}
              </button>
            ))}
          </div>
          <label className="graph-search">
            <Search aria-hidden />
            <input
              value={search}
              placeholder="Find"
              aria-label="Find in the graph"
              onChange={(event) => setSearch(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') next()
                if (event.key === 'Escape') setSearch('')
              }}
            />
            {search === '' ? null : <small>{found.size}</small>}
          </label>
          <span className="spring" />
          <Tip label={all ? 'Only the edges that others do not imply' : 'All edges, also those that others imply'}>
            <button
              className="icon-button"
              aria-label="All edges"
              aria-pressed={all}
              disabled={asList}
              onClick={() => setAll(!all)}
            >
              <Spline />
            </button>
          </Tip>
          <Tip label="Tidy up: lay it out anew">
            <button className="icon-button" aria-label="Tidy up" onClick={() => setTidy((count) => count + 1)}>
              <Sparkles />
            </button>
          </Tip>
          <Tip label={asList ? 'Show it as a picture' : 'Show it as a list'}>
            <button
              className="icon-button"
              aria-label={asList ? 'As a picture' : 'As a list'}
              onClick={() => setAsList(!asList)}
            >
              {asList ? <Workflow /> : <List />}
            </button>
          </Tip>
          <Tip label="Hide the graph" command="graph">
            <button
              className="icon-button wide-only"
              aria-label="Hide the graph"
              onClick={() => store.setState({ graphShown: false })}
            >
              <PanelRightClose />
            </button>
          </Tip>
        </div>
        {waiting ? <p className="graph-note quiet">Planning the job…</p> : null}
        {!waiting && model.nodes.length === 0 ? (
          <p className="graph-note quiet">
            {face === 'cells' ? 'The graph grows with the first cell.' : 'There are no tasks.'}
          </p>
        ) : null}
        {asList ? (
          <GraphList model={model} />
        ) : (
          <ReactFlowProvider key={`${doc} ${face}`}>
            <FlowCanvas model={model} tidy={tidy} all={all} onHover={setHovered} onPin={setPinned} />
          </ReactFlowProvider>
        )}
        {shown === null ? null : (
          <Details face={face} edge={shown} pinned={pinned !== null} onClose={() => setPinned(null)} />
        )}
      </section>
    </LightContext>
  )
}

function Details({ face, edge, pinned, onClose }: { face: Face; edge: string; pinned: boolean; onClose: () => void }) {
  const edges = usePage((page) => page.notebook!.edges)
  const found = face === 'cells' ? edges.find(({ from, to }) => edgeId(from, to) === edge) : undefined
  return found === undefined ? null : <EdgeReasons edge={found} pinned={pinned} onClose={onClose} />
}

function matches(model: GraphModel, search: string): Set<string> {
  const text = search.trim().toLowerCase()
  if (text === '') return new Set()
  return new Set(
    model.nodes
      .filter(({ title, notes }) => [title, ...notes].some((one) => one.toLowerCase().includes(text)))
      .map(({ id }) => id),
  )
}
