import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The Electron program, if there is one and a display to show it on. Its package alone has none: the download may not have happened. */
export function electronBinary(
  environment: NodeJS.ProcessEnv = process.env,
  from: string = import.meta.dirname,
): string | null {
  if (process.platform === 'linux' && environment.DISPLAY === undefined && environment.WAYLAND_DISPLAY === undefined)
    return null
  const names: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
  }
  const name = names[process.platform] ?? 'electron'
  const candidates =
    environment.ELECTRON_OVERRIDE_DIST_PATH === undefined ? [] : [join(environment.ELECTRON_OVERRIDE_DIST_PATH, name)]
  for (let at = from; dirname(at) !== at; at = dirname(at)) {
    const electron = join(at, 'node_modules', 'electron')
    const told = join(electron, 'path.txt')
    if (existsSync(told)) candidates.push(join(electron, 'dist', readFileSync(told, 'utf8').trim()))
  }
  return candidates.find((candidate) => existsSync(candidate)) ?? null
}
