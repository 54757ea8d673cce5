import { resolve } from 'node:path'
import { isText } from '../../kernel/notebook/index.ts'
import { findProject } from '../../kernel/project/index.ts'
import { OpenDocument, Session } from '../../kernel/session/index.ts'
import { Workbench } from '../../kernel/service/index.ts'
import { installation } from '../installation.ts'
import { readParameters } from './parameters.ts'
import { exitCodes, note, printJson, printLine, type ExitCode } from './terminal.ts'

/** `dagbook run`: a fresh run from the top on draft tables, which are dropped unless `save` is given and no cell failed. */
export async function runCommand(
  path: string,
  options: { json: boolean; save: boolean; param: string[] },
): Promise<ExitCode> {
  const parameters = readParameters(options.param)
  const document = await OpenDocument.open(resolve(path))
  const workbench = await Workbench.open(await findProject(path), installation())
  try {
    const said = options.json ? note : printLine
    const session = await Session.open('run', document, workbench.sessionHost(document.path), {
      document: () => undefined,
      drafts: () => undefined,
      run: ({ cells }) => {
        for (const { id, run } of cells) {
          if (run === undefined || run.state === 'stale' || run.state === 'queued') continue
          const cell = session.understanding.byId.get(id)
          if (cell === undefined || isText(cell.cell.kind)) continue
          said(
            `${run.state.padEnd(9)} ${cell.key}${run.state === 'running' || run.ms === null ? '' : ` ${Math.round(run.ms)} ms`}`,
          )
        }
      },
    })
    try {
      for (const [name, value] of parameters) await session.setParameter(name, value)
      await session.runAll()
      await session.idle()
      const cells = session.results()
      const failed = cells.some(({ state }) => state === 'failed')
      if (options.json) {
        printJson({
          cells: cells.map(({ error, ...cell }) => ({
            ...cell,
            ms: Math.round(cell.ms),
            error: error === null ? null : { name: error.name, message: error.message, line: error.line },
          })),
        })
      } else {
        for (const { key, error } of cells)
          if (error !== null)
            printLine(`\n${key}: ${error.name}: ${error.message}${error.line === null ? '' : ` (line ${error.line})`}`)
      }
      // What was run is told before saving, which may be refused.
      if (options.save && failed) note('Nothing was saved to the project, because a cell failed.')
      else if (options.save) {
        const tables = await workbench.saveDrafts(session)
        if (tables.length > 0) note(`Saved to the project: ${tables.join(', ')}.`)
      }
      return failed ? exitCodes.failed : exitCodes.ok
    } finally {
      await session.close()
    }
  } finally {
    await workbench.close()
  }
}
