import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FILE = 'owner'

/** Whether a process of this number runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Says that this process works on the draft in the folder. */
export async function own(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, FILE), String(process.pid))
}

/** Whether a process that runs works on the draft in the folder. */
export async function isOwned(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => '')
  return /^\d+$/.test(text) && isAlive(Number(text))
}
