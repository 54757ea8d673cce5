import { columnFromArray, tableFromColumns, tableToIPC, type DataType } from '@uwdata/flechette'
import type { OutputItem } from '../../kernel/contract/index.ts'
import { show } from './scene.ts'

export interface DemoColumn {
  readonly name: string
  readonly type: string
  readonly arrow: DataType
  readonly value: (row: number) => unknown
}

const pageRows = 1000

/** A result table of made-up values, its pages put into `pages`. */
export function demoTable(
  pages: Map<string, Uint8Array>,
  file: string,
  rows: number,
  columns: readonly DemoColumn[],
  more = false,
): OutputItem {
  const count = Math.ceil(rows / pageRows)
  for (let page = 0; page < count; page++) {
    const numbers = Array.from({ length: Math.min(pageRows, rows - page * pageRows) }, (_, at) => page * pageRows + at)
    const made = columns.map(({ name, arrow, value }): [string, ReturnType<typeof columnFromArray>] => [
      name,
      columnFromArray(numbers.map(value), arrow),
    ])
    pages.set(`${file} ${page}`, tableToIPC(tableFromColumns(made), { format: 'stream' })!)
  }
  return show('application/vnd.dagbook.table+json', {
    file,
    rows,
    more,
    pageRows,
    pages: Array.from({ length: count + 1 }, (_, at) => at),
    columns: columns.map(({ name, type }) => ({ name, type })),
  })
}
