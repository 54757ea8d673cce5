"""The first things that people do, done once at set-up, so that their classes are in the archive. Argument: the address."""

import os
import sys

from pyspark.sql.connect.session import SparkSession

spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()


def run(*statements):
    for statement in statements:
        spark.sql(statement).collect()


folder = sys.argv[2]
run(
    "SELECT 1",
    f"CREATE DATABASE IF NOT EXISTS training LOCATION '{folder}'",
    "CREATE OR REPLACE TABLE training.t USING delta AS SELECT id, id % 3 k, 'a' s FROM range(100)",
    "INSERT INTO training.t VALUES (100, 2, 'b')",
    "MERGE INTO training.t t USING (SELECT 1 id, 1 k, 'm' s) u ON t.id = u.id "
    "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
    "CREATE OR REPLACE TEMP VIEW v AS SELECT k, count(*) n, avg(id) m FROM training.t GROUP BY k",
    "SELECT * FROM v JOIN training.t USING (k) ORDER BY n, id LIMIT 5",
)
spark.table("training.t").groupBy("k").count().toPandas()
spark.createDataFrame([(1, "x")], "id int, s string").write.mode("overwrite").saveAsTable(
    "training.u"
)
run("DROP TABLE training.t", "DROP TABLE training.u")
sys.stdout.flush()
os._exit(0)  # The client's own exit waits for its threads.
