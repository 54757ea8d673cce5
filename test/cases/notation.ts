import { graphOf } from '../../src/kernel/graph/graph.testing.ts'

/**
 * A notebook and the edges that its graph must have, as text:
 *
 *     # Two names for one list: a change through one of them is seen through the other.
 *     a = []
 *     ///
 *     b = a
 *     ///
 *     b.append(1) /// print(a)
 *     => 0>1 a, 1>2 b, 2>3 a
 *
 * A case is all that stands before `=>`; `///` ends a cell, `↵` a line. Cells count from 0. `0>1 a`: cell 1 needs the `a` of
 * cell 0. What is no name has its kind, and its order: `0>1 table:t RAW` (`main.default.` is left out). A cell that begins
 * with `%%file utils.py` is no cell, but a file of the project; one that begins with `%sql` or the like is of that kind.
 */
export interface Case {
  readonly cells: readonly string[]
  readonly files: Readonly<Record<string, string>>
  /** The edges that must be there, and no others. */
  readonly edges: readonly string[]
  /** The case as it stands in the table, without its edges. */
  readonly text: string
}

/** The cases of a table. */
export function readCases(table: string): readonly Case[] {
  return table
    .split(/=>(.*)$/m)
    .flatMap((text, index, all) => (index % 2 === 0 && index + 1 < all.length ? [readCase(text, all[index + 1]!)] : []))
}

function readCase(text: string, edges: string): Case {
  const cells: string[] = []
  const files: Record<string, string> = {}
  for (const part of text.replaceAll('↵', '\n').split(/[ \n]?\/\/\/[ \n]?/)) {
    const cell = part.replace(/^\n+|\s+$/g, '')
    const file = /^(?:#.*\n)*%%file (\S+)\n?/.exec(cell)
    if (file === null) cells.push(cell)
    else files[file[1]!] = `${cell.slice(file[0].length)}\n`
  }
  const wanted = edges.split(',').map((edge) => edge.trim())
  return { cells, files, edges: wanted.filter((edge) => edge !== '').sort(), text: text.trim() }
}

const orders = { 'read-after-write': 'RAW', 'write-after-read': 'WAR', 'write-after-write': 'WAW' }

/** The edges of a case's graph, in the notation. An edge with several reasons stands several times. */
export function edgesOf({ cells, files }: Pick<Case, 'cells' | 'files'>): readonly string[] {
  return graphOf(cells, files)
    .edges.flatMap(({ from, to, reasons }) =>
      reasons.map(({ kind, resource, order }) => {
        const name = resource.replace('table:main.default.', 'table:')
        return `${from}>${to} ${kind === 'value' ? name.replace('name:', '') : `${name} ${orders[order]}`}`
      }),
    )
    .sort()
}
