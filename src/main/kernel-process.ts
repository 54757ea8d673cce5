import { asProblem } from '../kernel/problem/index.ts'
import { findProject, notebookAt } from '../kernel/project/index.ts'
import { KernelService, serveKernel, Workbench } from '../kernel/service/index.ts'
import type { FirstWord } from './desktop/kernel.ts'
import { installation } from './installation.ts'
import { portConnection, type Port } from './port.ts'

/**
 * The kernel as a process of its own under the desktop app: started with the notebook or folder to open, then given one message port for
 * each page. Says first where its results are, or why it cannot open what it was given.
 */
interface Parent {
  on(event: 'message', listener: (event: { ports: Port[] }) => void): void
  postMessage(message: FirstWord): void
}

const parent = (process as unknown as { parentPort: Parent }).parentPort

try {
  const asked = process.argv[2]!
  const project = await findProject(asked)
  const workbench = await Workbench.open(project, installation())
  const service = new KernelService(workbench, await notebookAt(asked))
  parent.on('message', ({ ports }) => {
    for (const port of ports) serveKernel(portConnection(port), service)
  })
  parent.postMessage({ results: workbench.resultsFolder })
} catch (error) {
  parent.postMessage({ failed: asProblem(error).message })
}
