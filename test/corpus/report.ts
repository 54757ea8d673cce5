import type { Summary } from './summary.ts'

/** How much of something, as text; what is nothing of nothing has no share. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (100 * part) / whole
  // 99.96 % is not all.
  const text = percent.toFixed(1)
  return text === '100.0' && part < whole ? '99.9' : text
}

const columns: readonly (readonly [title: string, value: (summary: Summary) => string])[] = [
  ['notebooks', ({ notebooks }) => String(notebooks)],
  ['opened %', ({ opened, notebooks }) => share(opened, notebooks)],
  ['same bytes %', ({ sameBytes, notebooks }) => share(sameBytes, notebooks)],
  ['other files', ({ others }) => String(others)],
  ['copies', ({ copies }) => String(copies)],
  ['cells', ({ cells }) => String(cells)],
  ['Python', ({ python }) => String(python.all)],
  ['read %', ({ python }) => share(python.read, python.all)],
  ['not Python 2 %', ({ python }) => share(python.read, python.all - (python.faults['python-2'] ?? 0))],
  ['SQL', ({ sql }) => String(sql.all)],
  ['lineage %', ({ sql }) => share(sql.understood, sql.all)],
  ['named %', ({ sql }) => share(sql.named, sql.all)],
  ['tables', ({ accesses }) => String(accesses.all)],
  ['by parameter %', ({ accesses }) => share(accesses.symbolic, accesses.all)],
  ['unresolved %', ({ accesses }) => share(accesses.unresolved, accesses.all)],
  ['edges', ({ edges }) => String(Object.values(edges).reduce((sum, each) => sum + each, 0))],
  ['literal callers', ({ orchestrators }) => String(orchestrators.literal)],
  ['converted %', ({ orchestrators }) => share(orchestrators.converted, orchestrators.literal)],
  ['crashes', ({ crashes }) => String(crashes)],
  ['ms/cell', ({ msPerCell }) => msPerCell.mean.toFixed(1)],
]

/** One line for each folder, and the total. */
export function tableOf(summaries: readonly Summary[]): string {
  const rows = [['', ...columns.map(([title]) => title)]]
  for (const summary of summaries) rows.push([summary.name, ...columns.map(([, value]) => value(summary))])
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) => row.map((text, at) => (at === 0 ? text.padEnd(widths[at]!) : text.padStart(widths[at]!))).join('  '))
    .join('\n')
}

/** What was counted by name: a list each. */
export function countsOf(total: Summary, most: number): string {
  const list = (title: string, counts: Readonly<Record<string, number>>): string => {
    const all = Object.entries(counts)
    const lines = all.slice(0, most).map(([name, times]) => `${String(times).padStart(7)}  ${name}`)
    const rest = all.slice(most).reduce((sum, [, times]) => sum + times, 0)
    if (rest > 0) lines.push(`${String(rest).padStart(7)}  others`)
    return [title, ...(lines.length > 0 ? lines : ['      –'])].join('\n')
  }
  return [
    list('Python cells that are not read, by what they seem to be', total.python.faults),
    list('Effects without a name, by cause', total.unresolved),
    list('Edges by kind', total.edges),
    list('Diagnostics by code', total.diagnostics),
  ].join('\n\n')
}
