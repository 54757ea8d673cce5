import { join } from 'node:path'
import { setupEngine } from '../../kernel/engine/index.ts'
import { installation } from '../installation.ts'
import { exitCodes, note, type ExitCode } from './terminal.ts'

/** `dagbook engine setup`: what `npm start` calls once to fetch and prepare Spark. */
export async function engineSetupCommand(): Promise<ExitCode> {
  const { python, cache } = installation()
  await setupEngine({ python, cache: join(cache, 'engine'), log: note })
  return exitCodes.ok
}
