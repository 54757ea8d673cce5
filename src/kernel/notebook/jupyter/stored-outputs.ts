import type { Notebook } from '../notebook.ts'
import { readCell } from './cell.ts'
import { isFault, property } from './json.ts'

/** How many cells of a Jupyter file hold outputs, and how many hold attached files. */
export function storedOutputs({ jupyter: style, cells }: Notebook): { outputs: number; attachments: number } {
  const found = { outputs: 0, attachments: 0 }
  for (const { text } of style === undefined ? [] : cells) {
    const read = readCell(text.body, style!)
    if (isFault(read)) continue
    const holds = (key: string): boolean => {
      const node = property(read.node, key)
      return node !== undefined && !/^[[{]\s*[\]}]$/.test(text.body.slice(node.start, node.end))
    }
    if (holds('outputs')) found.outputs++
    if (holds('attachments')) found.attachments++
  }
  return found
}
