import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import type { EngineFiles } from './setup.ts'

/** The packages that Spark, and Arrow and Netty within it, reach into by reflection. */
const OPENED = [
  'java.base/java.lang',
  'java.base/java.lang.invoke',
  'java.base/java.lang.reflect',
  'java.base/java.io',
  'java.base/java.net',
  'java.base/java.nio',
  'java.base/java.util',
  'java.base/java.util.concurrent',
  'java.base/java.util.concurrent.atomic',
  'java.base/sun.nio.ch',
  'java.base/sun.nio.cs',
  'java.base/sun.security.action',
  'java.base/sun.util.calendar',
  'java.security.jgss/sun.security.krb5',
]

/** Spark as Databricks has it where it shows, and tuned for small data where it does not. */
function sparkOptions(own: string): Record<string, string> {
  return {
    'spark.app.name': 'dagbook',
    'spark.master': `local[${Math.max(2, availableParallelism())}]`,
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.connect.grpc.binding.address': '127.0.0.1',
    'spark.connect.grpc.binding.port': '0',
    'spark.connect.session.manager.defaultSessionTimeout': '30d',
    'spark.sql.connect.serverStacktrace.enabled': 'false',
    'spark.connect.extensions.relation.classes': 'org.apache.spark.sql.connect.dagbook.DeltaChanges',
    'spark.ui.enabled': 'false',
    'spark.log.level': 'ERROR',
    'spark.local.dir': join(own, 'scratch'),
    // The Derby metastore costs 24 s at its first table and allows one process; tables are found on disk.
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.sql.warehouse.dir': join(own, 'unnamed'),
    'spark.sql.extensions': 'io.delta.sql.DeltaSparkSessionExtension',
    'spark.sql.catalog.spark_catalog': 'org.apache.spark.sql.delta.catalog.DeltaCatalog',
    'spark.sql.sources.default': 'delta',
    'spark.sql.ansi.enabled': 'true',
    'spark.sql.session.timeZone': 'UTC',
    'spark.sql.shuffle.partitions': '2',
    'spark.sql.adaptive.enabled': 'false',
    'spark.sql.codegen.wholeStage': 'false',
    'spark.databricks.delta.snapshotPartitions': '1',
    // VACUUM and CONVERT list files in as many tasks: 10,000 of them take minutes.
    'spark.sql.sources.parallelPartitionDiscovery.parallelism': '4',
  }
}

/** The heap's bound in MB: a quarter of the machine, at least 1 GB, at most 8 GB. */
function heap(): number {
  return Math.round(Math.min(8192, Math.max(1024, totalmem() / 4 / 2 ** 20)))
}

/**
 * The arguments for `java` that start the server. `own`: a folder of this server's alone; `archive`: the options that say which
 * class-data archive is used or made.
 */
export function serverArguments(files: EngineFiles, own: string, archive: readonly string[]): string[] {
  return [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    `-Xmx${heap()}m`,
    '-Xlog:disable',
    ...archive,
    '-Dfile.encoding=UTF-8',
    '-Duser.timezone=UTC',
    '-Djdk.reflect.useDirectMethodHandle=false',
    '-Dio.netty.tryReflectionSetAccessible=true',
    `-Djava.io.tmpdir=${join(own, 'scratch')}`,
    ...trustOptions(files.truststore),
    ...OPENED.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
    ...Object.entries(sparkOptions(own)).map(([key, value]) => `-D${key}=${value}`),
    '-cp',
    files.classpath,
    'org.apache.spark.sql.connect.dagbook.OwnedServer',
  ]
}

/** Makes Java trust whom the machine trusts. */
export function trustOptions(truststore: string): string[] {
  return [
    `-Djavax.net.ssl.trustStore=${truststore}`,
    '-Djavax.net.ssl.trustStoreType=JKS',
    '-Djavax.net.ssl.trustStorePassword=changeit',
  ]
}

/** The proxy that the environment names, which Java itself does not look for. */
export function proxyOptions(environment: NodeJS.ProcessEnv): string[] {
  const options: string[] = []
  for (const scheme of ['http', 'https']) {
    const name = `${scheme}_proxy`
    const proxy = URL.parse(environment[name] ?? environment[name.toUpperCase()] ?? '')
    if (proxy === null || proxy.hostname === '') continue
    const port = proxy.port || (proxy.protocol === 'https:' ? '443' : '80')
    options.push(`-D${scheme}.proxyHost=${proxy.hostname}`, `-D${scheme}.proxyPort=${port}`)
  }
  return options
}

/** The environment of Java: ours, without what would make it another Java or another Spark. */
export function javaEnvironment(python: string, token: string): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env }
  const strangers = /^(JAVA_.*|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|CLASSPATH|SPARK_.*|HADOOP_.*|HIVE_.*|PYSPARK_.*)$/
  for (const name of Object.keys(environment)) if (strangers.test(name)) delete environment[name]
  return {
    ...environment,
    // Hadoop starts `chmod` and the like; an empty PATH finds nothing, a missing one has the system's default.
    ...(environment.PATH === '' ? { PATH: '/usr/bin:/bin' } : {}),
    SPARK_LOCAL_IP: '127.0.0.1',
    SPARK_LOCAL_HOSTNAME: '127.0.0.1',
    // Not an option, because anybody on the machine can read the arguments of a process.
    SPARK_CONNECT_AUTHENTICATE_TOKEN: token,
    PYSPARK_PYTHON: python,
  }
}
