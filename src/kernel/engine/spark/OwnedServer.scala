package org.apache.spark.sql.connect.dagbook

import java.io.File
import java.nio.file.Files

import scala.util.control.NonFatal

import org.apache.spark.network.util.JavaUtils
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.connect.service.SparkConnectService

/**
 * A Spark Connect server that lives no longer than its owner. The owner holds the other end of standard input: "q" ends the server
 * in peace, and when the pipe breaks, whatever became of the owner, the server ends at once. It prints its port when it is ready.
 *
 * The package is below that of Connect because the port is known only there.
 */
object OwnedServer {
  def main(args: Array[String]): Unit = {
    followOwner()
    val session = SparkSession.builder().config("spark.sql.session.isolateArtifacts", "true").getOrCreate()
    SparkConnectService.start(session.sparkContext)
    println("port " + SparkConnectService.localPort)
    warmUp(session.newSession())
    Thread.currentThread().join()
  }

  /**
   * The first query and the first Delta table of a process cost seconds: they happen here, before somebody asks for his own. Whoever
   * is there already, or comes meanwhile, has the machine to himself: no further step is taken.
   */
  private def warmUp(session: SparkSession): Unit = {
    val folder = Files.createTempDirectory("warm").toFile
    val table = "delta.`" + new File(folder, "t").getPath.replace("`", "``") + "`"
    val steps = Seq(
      "SELECT id, count(*) FROM range(3) GROUP BY id",
      s"CREATE TABLE $table USING delta AS SELECT id, 'a' AS s FROM range(3)",
      s"SELECT s, count(*) FROM $table WHERE id > 0 GROUP BY s",
      s"INSERT INTO $table VALUES (7, 'b')")
    try {
      // An engine that was started because a cell waits for it has its client by then.
      Thread.sleep(1500)
      for (step <- steps if SparkConnectService.sessionManager.listActiveSessions.isEmpty) session.sql(step).collect()
    } catch {
      case NonFatal(_) => // Nobody waits for it.
    } finally {
      JavaUtils.deleteRecursively(folder)
    }
  }

  private def followOwner(): Unit = {
    val owner = new Thread(() => {
      var byte = System.in.read()
      while (byte != -1 && byte != 'q') byte = System.in.read()
      if (byte == 'q') System.exit(0) else Runtime.getRuntime.halt(0)
    }, "owner")
    owner.setDaemon(true)
    owner.start()
  }
}
