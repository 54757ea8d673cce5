import { utilityProcess, type UtilityProcess } from 'electron'
import { join } from 'node:path'

/** A kernel that is ready. */
export interface Kernel {
  readonly process: UtilityProcess
  /** The folder that its result pages are in. */
  readonly results: string
}

/** What `kernel-process.ts` says first. */
export type FirstWord = { readonly results: string } | { readonly failed: string }

/** Starts the kernel on a notebook or folder. Rejects with what is wrong if it cannot open it or ends before it is ready. */
export function startKernel(asked: string): Promise<Kernel> {
  const kernel = utilityProcess.fork(join(import.meta.dirname, 'kernel-process.js'), [asked])
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      kernel.kill()
      reject(new Error(why))
    }
    const ended = (code: number): void => fail(`It ended with code ${code}.`)
    kernel.once('exit', ended)
    kernel.once('message', (said: FirstWord) => {
      kernel.off('exit', ended)
      if ('failed' in said) fail(said.failed)
      else resolve({ process: kernel, results: said.results })
    })
  })
}
