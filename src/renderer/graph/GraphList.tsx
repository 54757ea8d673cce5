import { StateMark } from '../cells/index.ts'
import { revealCell, usePage, useSession } from '../state/index.ts'
import { stateOfAll } from './GraphNodeBox.tsx'
import type { GraphModel, GraphNode } from './model.ts'

/** The same graph as a list, for keyboard and screen reader: every node with its state and what it comes after. */
export function GraphList({ model }: { model: GraphModel }) {
  const byId = new Map(model.nodes.map((node) => [node.id, node]))
  return (
    <ol className="graph-list" aria-label="Graph as a list">
      {model.nodes.map((node) => (
        <Row
          key={node.id}
          node={node}
          after={model.edges
            .filter((edge) => edge.to === node.id)
            .map(({ from, label }) => ({ node: byId.get(from)!, label }))}
        />
      ))}
    </ol>
  )
}

function Row({ node, after }: { node: GraphNode; after: readonly { node: GraphNode; label: string }[] }) {
  const { store } = useSession()
  const state = usePage((page) => stateOfAll(page, node.cells))
  const selected = usePage((page) => node.cells.includes(page.selected ?? ''))
  const [cell] = node.cells
  return (
    <li data-state={state} aria-current={selected ? 'true' : undefined}>
      <button className="list-name" disabled={cell === undefined} onClick={() => revealCell(store, cell!)}>
        <StateMark state={state} word={false} />
        {node.title}
      </button>
      {after.length === 0 ? null : (
        <small>
          after{' '}
          {after.map(({ node: before, label }, index) => (
            <span key={before.id}>
              {index > 0 ? ', ' : ''}
              <button
                className="line-link"
                onClick={() => before.cells[0] !== undefined && revealCell(store, before.cells[0])}
              >
                {before.title}
              </button>
              {label === '' ? '' : ` (${label})`}
            </span>
          ))}
        </small>
      )}
    </li>
  )
}
