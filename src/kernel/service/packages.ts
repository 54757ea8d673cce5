import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'

/** Versions of installed Python packages, by their names as `normal` has them. */
export type Packages = ReadonlyMap<string, string>

const program =
  'import importlib.metadata as m, json; print(json.dumps([[d.metadata["Name"] or "", d.version] for d in m.distributions()]))'

/** Asks a Python which packages it has; none if it cannot be asked. */
export async function installedPackages(python: string): Promise<Packages> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', program], { maxBuffer: 1 << 24 })
    const pairs = z.array(z.tuple([z.string(), z.string()])).parse(JSON.parse(stdout))
    return new Map(pairs.map(([name, version]) => [normal(name), version]))
  } catch {
    return new Map()
  }
}

/** The version of a package, whichever way its name is written. */
export function versionOf(packages: Packages, name: string): string | null {
  return packages.get(normal(name)) ?? null
}

/** Names that differ only in case, and in dots, dashes and underscores, are one package. */
function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}
