package org.apache.spark.sql.connect.dagbook

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
    Thread.currentThread().join()
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
