import { constants, copyFile, link, mkdir, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isCommit, isView, logVersion, newest, readLog } from './delta-log.ts'

/**
 * Makes a second table out of the one at `from`, at the new folder `to`, in milliseconds: what Delta writes once and never changes
 * (data files, commits) becomes a hard link, or a copy where the file system has none; what it writes over is copied.
 */
export async function copyTable(from: string, to: string): Promise<void> {
  // The log is listed first: data files are older than the commit that names them, so whatever it lists is there.
  const log = (await readLog(from)) ?? []
  const last = log.length === 0 ? -1 : logVersion(newest(log))!
  await mkdir(to, { recursive: true })
  await linkFolder(from, to, (name) => name !== '_delta_log')
  if (isView(from)) return
  await mkdir(join(to, '_delta_log'), { recursive: true })
  await linkFolder(join(from, '_delta_log'), join(to, '_delta_log'), (name) => {
    const version = /^\.?(\d{20})\./.exec(name)
    return log.includes(name) && (version === null || Number(version[1]) <= last)
  })
}

/** Links or copies the files and folders of `from` into the folder `to`, which may have them already. */
export async function linkFolder(from: string, to: string, wanted: (name: string) => boolean): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true })
  for (const entry of entries) {
    if (!wanted(entry.name)) continue
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) {
      await mkdir(target, { recursive: true })
      await linkFolder(source, target, () => true)
    } else if (entry.isFile()) {
      if (isImmutable(source)) await linkFile(source, target)
      else await copyFile(source, target, constants.COPYFILE_FICLONE)
    }
  }
}

/** Gives the file a second name. Leaves what is there already. */
export async function linkFile(source: string, target: string): Promise<void> {
  try {
    await link(source, target)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') return
    if (code === 'ENOENT') throw error
    await copyFile(source, target, constants.COPYFILE_FICLONE)
  }
}

/** In the log Delta writes over everything but commits (`_last_checkpoint`, checksums, a checkpoint made twice); elsewhere nothing. */
function isImmutable(path: string): boolean {
  return basename(dirname(path)) !== '_delta_log' || isCommit(basename(path))
}
