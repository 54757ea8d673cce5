import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'
import { extract } from 'tar-fs'

/** What a test needs to start a browser, in the words of Playwright's `launchOptions`. */
export interface Browser {
  readonly executablePath: string
  readonly env: Record<string, string>
}

const root = fileURLToPath(new URL('..', import.meta.url))
const packaged = join(root, 'node_modules', '@sparticuz', 'chromium')

/** The archive holds paths of another machine; this one looks beside itself, so that the checkout may be moved. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

/**
 * The Chromium for tests: DAGBOOK_CHROMIUM where that is set, else the one that comes as an npm package (Linux on x64),
 * else one of the machine. The packaged one brings its libraries and a font, so it starts on a bare machine.
 * @throws Error if there is none
 */
export async function testBrowser(): Promise<Browser> {
  const chosen = process.env['DAGBOOK_CHROMIUM']
  if (chosen) return { executablePath: chosen, env: environment({}) }
  if (process.platform === 'linux' && process.arch === 'x64') {
    const folder = await unpackedChromium()
    const libraries = [join(folder, 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':')
    return {
      executablePath: join(folder, 'chromium'),
      env: environment({ LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: folder, FONTCONFIG_FILE: 'fonts.conf' }),
    }
  }
  const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  if (installed !== undefined) return { executablePath: installed, env: environment({}) }
  throw new Error('No browser for tests comes as a package for this machine: set DAGBOOK_CHROMIUM to a Chromium.')
}

function environment(more: Record<string, string>): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...Object.fromEntries(own), ...more }
}

/**
 * Unpacks the package once per version. The package's own unpacking takes whatever lies in the temp folder, stale or
 * half written, for its own; here a folder has its last name only when it is whole.
 * @returns the folder with `chromium`, `lib` and `fonts.conf`
 */
async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packaged, 'package.json'), 'utf8')) as { version: string }
  const folder = join(root, '.cache', `chromium-${version}`)
  if (existsSync(folder)) return folder
  const fresh = `${folder}.${process.pid}`
  await mkdir(fresh, { recursive: true })
  await Promise.all([
    unpack('chromium.br', createWriteStream(join(fresh, 'chromium'))),
    unpack('al2023.tar.br', extract(fresh)),
    unpack('fonts.tar.br', extract(fresh)),
  ])
  await chmod(join(fresh, 'chromium'), 0o755)
  await writeFile(join(fresh, 'fonts.conf'), FONTS)
  try {
    await rename(fresh, folder)
  } catch (error) {
    // Another process was quicker: its folder is as good.
    await rm(fresh, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

const unpack = (archive: string, target: NodeJS.WritableStream): Promise<void> =>
  pipeline(createReadStream(join(packaged, 'bin', archive)), createBrotliDecompress({ chunkSize: 1 << 20 }), target)
