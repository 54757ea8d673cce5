import { launchServer, type SparkServer } from './launch.ts'
import type { EngineFiles } from './setup.ts'

/**
 * Starts a Spark Connect server for a project. Each owner (an app, a command) has its own: tables are found on disk, and Delta
 * settles what happens when two write one table. Throws DB-1203.
 */
export async function startSpark(options: {
  readonly python: string
  readonly files: EngineFiles
  readonly project: string
  readonly log?: (line: string) => void
}): Promise<SparkServer> {
  const { python, files, project } = options
  const archive = ['-Xshare:auto', `-XX:SharedArchiveFile=${files.archive}`]
  options.log?.('Starting Spark…')
  const started = performance.now()
  const server = await launchServer({ files, python, project, archive })
  options.log?.(`Spark is ready after ${((performance.now() - started) / 1000).toFixed(1)} s.`)
  return server
}
