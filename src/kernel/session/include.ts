import { posix } from 'node:path'
import { readNotebook } from '../notebook/index.ts'
import { Problem } from '../problem/index.ts'

/**
 * The Python source that runs the cells of another notebook in place, as `%run` does. `folder` is that of the notebook which says so, from
 * the project's root; `read` gives the text of a project file, null if there is none. Throws DB-1005 if the notebook is missing.
 */
export async function includedSource(
  target: string,
  folder: string,
  read: (path: string) => Promise<string | null>,
): Promise<string> {
  const name = target
    .trim()
    .split(/\s+/)[0]!
    .replace(/^["']|["']$/g, '')
  const path = posix.join(folder, name)
  for (const candidate of [path, `${path}.py`, `${path}.sql`]) {
    const text = await read(candidate)
    if (text === null) continue
    const { cells } = readNotebook(Buffer.from(text, 'utf8'), candidate)
    return cells
      .map((cell) => {
        if (cell.kind === 'python') return cell.source
        if (cell.kind === 'sql') return `_sqldf = spark.sql(${JSON.stringify(cell.source)})`
        return ''
      })
      .join('\n')
  }
  throw new Problem('DB-1005', `%run names ${name}, and there is no such notebook in the project.`, { path: name })
}
