import { Handle, Position, useStore, type NodeProps, type Node } from '@xyflow/react'
import { memo } from 'react'
import type { CellState } from '../../kernel/contract/index.ts'
import { KindIcon, StateMark } from '../cells/index.ts'
import { duration, shownState, usePage, type PageState } from '../state/index.ts'
import { useLight } from './light.ts'
import type { GraphNode } from './model.ts'

export type FlowNode = Node<{ node: GraphNode }, 'box'>

/** Below this zoom a node is a plain box in the colour of its state. */
export const farZoom = 0.4

/** One cell, or one task of the job, in the graph. */
export const GraphNodeBox = memo(function GraphNodeBox({ data }: NodeProps<FlowNode>) {
  const { node } = data
  const state = usePage((page) => stateOfAll(page, node.cells))
  const ms = usePage((page) => (node.cells.length === 1 ? (page.runs[node.cells[0]!]?.ms ?? null) : null))
  const far = useStore((flow) => flow.transform[2] < farZoom)
  const light = useLight((all) =>
    all.selected === node.id
      ? 'selected'
      : all.upstream.has(node.id)
        ? 'up'
        : all.downstream.has(node.id)
          ? 'down'
          : null,
  )
  const dim = useLight((all) => all.selected !== null && light === null)
  const found = useLight((all) => all.found.has(node.id))
  return (
    <div
      className={far ? 'node far' : 'node'}
      data-state={state}
      data-light={light ?? undefined}
      data-dim={dim ? '' : undefined}
      data-found={found ? '' : undefined}
      style={{ width: node.width, height: node.height }}
    >
      {/* React Flow looks for these when it observes the box; without them it forgets the handles it was given. */}
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
      {far ? null : (
        <>
          <span className="node-title">
            {node.kind === null ? null : <KindIcon kind={node.kind} />}
            <b title={node.title}>{node.title}</b>
          </span>
          <span className="node-state">
            <StateMark state={state} word={false} />
            <span>{shortWords[state]}</span>
            {ms === null || !timed.has(state) ? null : <span className="figures">{duration(ms)}</span>}
          </span>
          {node.notes.map((note) => (
            <span key={note} className={node.kind === null ? 'node-note plain' : 'node-note'} title={note}>
              {note}
            </span>
          ))}
        </>
      )}
    </div>
  )
})

/** The states in which the time of the last run says something. */
const timed = new Set<CellState>(['fresh', 'stale', 'failed', 'cancelled'])

const shortWords: Readonly<Record<CellState, string>> = {
  fresh: 'fresh',
  stale: 'stale',
  queued: 'queued',
  running: 'running',
  failed: 'failed',
  blocked: 'blocked',
  waiting: 'waiting',
  skipped: 'skipped',
  cancelled: 'cancelled',
  disabled: 'disabled',
}

const worstFirst: readonly CellState[] = [
  'failed',
  'running',
  'queued',
  'blocked',
  'waiting',
  'cancelled',
  'stale',
  'skipped',
  'fresh',
  'disabled',
]

/** The state that counts for several cells: the worst of theirs. */
export function stateOfAll(page: PageState, cells: readonly string[]): CellState {
  const states = new Set(cells.map((cell) => shownState(page, cell)))
  return worstFirst.find((state) => states.has(state)) ?? 'stale'
}
